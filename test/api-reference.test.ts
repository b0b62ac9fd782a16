// The generated reference (`npm run docs:api`) has every entry point of the package, and says something of all that they export.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const repository = join(__dirname, "..");
const readJson = (path: string) => JSON.parse(readFileSync(join(repository, path), "utf8"));
const settings = readJson("typedoc.json");

/** Exit code and output of typedoc, which writes no file. */
function typedoc(...args: string[]): Promise<{ code: unknown; said: string }> {
  const program = join(repository, "node_modules/typedoc/bin/typedoc");
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      [program, "--emit", "none", ...args],
      { cwd: repository, env: { ...process.env, NO_COLOR: "1" } },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, said: stdout + stderr }),
    ),
  );
}

test("every entry point that has types for others is in it", () => {
  const { exports } = readJson("provider/package.json") as { exports: Record<string, string | { types: string }> };
  const sources = Object.entries(exports).flatMap(([name, target]) =>
    // `./lifecycle` is what users' states name: the engine loads it, nobody else.
    typeof target === "string" || name === "./lifecycle"
      ? []
      : [target.types.replace("./dist/", "provider/src/").replace(/\.d\.ts$/, ".ts")],
  );
  expect(sources.length).toBeGreaterThanOrEqual(3);
  expect([...settings.entryPoints].sort()).toEqual(sources.sort());
});

test("nothing that is exported is without a word, and no link or type leads nowhere", async () => {
  expect(await typedoc()).toEqual({ code: 0, said: "" });
});

test("what has no comment is found by the same settings", async () => {
  const folder = mkdtempSync(join(tmpdir(), "api-"));
  try {
    writeFileSync(join(folder, "bare.ts"), "export interface Bare { silent: string }\n");
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ files: ["bare.ts"], compilerOptions: { types: [] } }),
    );
    writeFileSync(
      join(folder, "typedoc.json"),
      JSON.stringify({
        extends: [join(repository, "typedoc.json")],
        entryPoints: ["bare.ts"],
        tsconfig: "tsconfig.json",
      }),
    );
    const { code, said } = await typedoc("--options", folder);
    expect(said).toMatch(/Bare\.silent \(Property\).*does not have any documentation/);
    expect(code).not.toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
