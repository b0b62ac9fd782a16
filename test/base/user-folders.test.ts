// The user's folders for a project: outside of it, for this user alone, the same through whatever link it is reached.
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { userFolder, userFolderPath } from "../../provider/src/base/user-folders";

let folder: string;
let root: string;
let environment: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "user-folders-")));
  root = join(folder, "repository", "my mesh");
  mkdirSync(join(folder, "repository", ".git"), { recursive: true });
  mkdirSync(root);
  environment = { HOME: join(folder, "home") };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("lie below the XDG folders, named after the project and its real path", () => {
  const cache = userFolder("cache", root, ["typescript"], environment);
  expect(cache).toMatch(
    new RegExp(`^${folder}/home/\\.cache/pulumi-meshroom/projects/my_mesh-[0-9a-f]{12}/typescript$`),
  );
  const state = userFolderPath("state", root, [], { ...environment, XDG_STATE_HOME: join(folder, "xdg") });
  expect(state).toMatch(new RegExp(`^${folder}/xdg/pulumi-meshroom/projects/my_mesh-`));
  expect(statSync(cache).mode & 0o777).toBe(0o700);
});

test("are the same through a link, and others for a project of the same name elsewhere", () => {
  symlinkSync(root, join(folder, "link"));
  const other = join(folder, "other", "my mesh");
  mkdirSync(other, { recursive: true });
  const path = userFolderPath("state", root, [], environment);
  expect(userFolderPath("state", join(folder, "link"), [], environment)).toBe(path);
  expect(userFolderPath("state", other, [], environment)).not.toBe(path);
});

test("a relative variable does not count, nor one that leads into the working tree", () => {
  const usual = userFolderPath("cache", root, [], environment);
  symlinkSync(join(folder, "repository"), join(folder, "way-in"));
  for (const XDG_CACHE_HOME of ["", ".cache", join(folder, "repository", ".cache"), join(folder, "way-in", ".cache")]) {
    expect(userFolderPath("cache", root, [], { ...environment, XDG_CACHE_HOME })).toBe(usual);
  }
});

test("a home inside the working tree is refused", () => {
  const inside = { HOME: join(folder, "repository", "home") };
  expect(() => userFolder("cache", root, [], inside)).toThrow(/lies inside the project.*USER_FOLDER/);
});

test("a link in the place of one is refused", () => {
  const path = userFolderPath("state", root, [], environment);
  mkdirSync(join(path, ".."), { recursive: true });
  symlinkSync(root, path);
  expect(() => userFolder("state", root, ["journal"], environment)).toThrow(/is no folder, or a link/);
});

test("what a umask let others write is closed", () => {
  const path = userFolder("state", root, [], environment);
  chmodSync(path, 0o777);
  userFolder("state", root, [], environment);
  expect(statSync(path).mode & 0o022).toBe(0);
});

test("one that can't be made says so", () => {
  writeFileSync(join(folder, "file"), "");
  expect(() => userFolder("cache", root, [], { ...environment, XDG_CACHE_HOME: join(folder, "file") })).toThrow(
    /USER_FOLDER/,
  );
});
