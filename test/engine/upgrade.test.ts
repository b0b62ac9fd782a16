// A state that an earlier version has written: nothing is renamed, nothing shows as changed, and it can be taken down.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { mustSucceed, Workspace } from "./workspace";

const fixture = join(__dirname, "../fixtures/states/before-paths");

let workspace: Workspace;

beforeAll(async () => {
  workspace = new Workspace({});
  workspace.environment.MESHROOM_SECRET_EDGE_API_KEY = "canary-of-the-key";
  await workspace.init();
  cpSync(fixture, workspace.folder, { recursive: true });
  mustSucceed(await workspace.pulumi("stack", "import", "--stack", "lab", "--file", "state.json"));
});

afterAll(() => workspace.remove());

test("only the plug that its failed set-up left half set up shows as changed", async () => {
  const { text } = mustSucceed(await workspace.preview());
  expect(text).toMatch(/Resources:\n +~ 1 to update\n +8 unchanged/);
  expect(text).toMatch(/~ .*Plug: \(update\)\n.*\n.*::alerts: edge -> spare\]/);
});

test("it is taken down", async () => {
  mustSucceed(await workspace.destroy());
  expect(workspace.resources()).toEqual({});
});
