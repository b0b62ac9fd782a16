// Where the trees of the model's tests are, and how their results are compared or, with UPDATE_GOLDEN=1, rewritten.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Diagnostic, formatDiagnostic } from "../../provider/src/diagnostic";

const fixtures = join(__dirname, "..", "fixtures");

/** The names of the cases in one folder of fixtures. */
export function casesIn(folder: string): string[] {
  return readdirSync(join(fixtures, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

export function fixture(...path: string[]): string {
  return join(fixtures, ...path);
}

export function expectGolden(file: string, actual: string): void {
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, actual);
  if (!existsSync(file))
    throw new Error(`${file} is missing: no test owns this fixture; UPDATE_GOLDEN=1 writes it, then read it`);
  expect(actual).toBe(readFileSync(file, "utf8"));
}

/** Diagnostics as a user reads them, without the place of the checkout. */
export function printed(diagnostics: readonly Diagnostic[], root: string): string {
  const text = diagnostics.map(formatDiagnostic).join("\n");
  return text === "" ? "" : `${text.replaceAll(root, "<root>")}\n`;
}

/** Runs `use` on a tree made of `files`; text or bytes by path. */
export function withTree<T>(files: Readonly<Record<string, string | Uint8Array>>, use: (root: string) => T): T {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "mesh-")));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    return use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
