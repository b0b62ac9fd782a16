// What a stranger does: installs the packed library into an empty folder, writes a program of three lines, brings a mesh up.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { twoPlugs } from "./meshes";
import { Vendor } from "./vendor";
import { mustSucceed, Workspace } from "./workspace";

const repository = join(__dirname, "..", "..");
const program = `const { Mesh } = require("pulumi-meshroom");

new Mesh("mesh", { project: "mesh" });
`;

let vendor: Vendor;
let workspace: Workspace;
let packed: string;
let files: string[];

beforeAll(async () => {
  vendor = await Vendor.start();
  packed = mkdtempSync(join(tmpdir(), "packed-"));
  const npm = (cwd: string, ...args: string[]) =>
    execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const [pack] = JSON.parse(
    npm(join(repository, "provider"), "pack", "--json", "--ignore-scripts", "--pack-destination", packed),
  );
  workspace = new Workspace(twoPlugs(vendor.url), { program });
  rmSync(join(workspace.folder, "node_modules"));
  npm(workspace.folder, "install", "--no-audit", "--no-fund", "--prefer-offline", join(packed, pack.filename));
  files = pack.files.map(({ path }: { path: string }) => path);
  workspace.environment.MESHROOM_SECRET_EDGE_API_KEY = "a key";
  await workspace.init();
});

afterAll(async () => {
  await vendor.stop();
  workspace.remove();
  rmSync(packed, { recursive: true, force: true });
});

test("holds the program, its hosts, its templates, and nothing that was left of building it", () => {
  const expected = ["package.json", "README.md", "LICENSE", "bin/meshroom.js", "dist/index.js", "dist/index.d.ts"];
  expect(files).toEqual(
    expect.arrayContaining([...expected, "python/bridge.py", "pages/picture/page.js", "templates/project/gitignore"]),
  );
  expect(files.filter((path) => !/^(dist|pages|python|templates)\//.test(path) && !expected.includes(path))).toEqual(
    [],
  );
  expect(files.filter((path) => /^dist\/(.*\/)?\.|tsbuildinfo|__pycache__/.test(path))).toEqual([]);
  const compiled = files.filter((path) => path.startsWith("dist/"));
  const sourceOf = (path: string) => `provider/src/${path.slice("dist/".length).replace(/(\.d\.ts|\.js)$/, ".ts")}`;
  expect(compiled.filter((path) => !existsSync(join(repository, sourceOf(path))))).toEqual([]);
});

test("a mesh comes up and goes down", async () => {
  mustSucceed(await workspace.up());
  expect([...vendor.things.keys()].sort()).toEqual([
    "/east/intake",
    "/east/parser",
    "/edge/output",
    "/west/intake",
    "/west/parser",
  ]);
  mustSucceed(await workspace.destroy());
  expect([...vendor.things.keys()]).toEqual([]);
});
