// docs/errors.md has one row for each code, and none for a code that isn't.
import { readFileSync } from "node:fs";
import { join } from "node:path";

test("every diagnostic code is documented once, in the order of the source", () => {
  const source = readFileSync(join(__dirname, "../provider/src/diagnostic.ts"), "utf8");
  const union = /export type DiagnosticCode =([^;]*);/.exec(source)?.[1] ?? "";
  const codes = [...union.matchAll(/"([A-Z_]+)"/g)].map((match) => match[1]);
  const documented = [
    ...readFileSync(join(__dirname, "../docs/errors.md"), "utf8").matchAll(/^\| `([A-Z_]+)` \|/gm),
  ].map((match) => match[1]);
  expect(codes.length).toBeGreaterThan(0);
  expect(documented).toEqual(codes);
});
