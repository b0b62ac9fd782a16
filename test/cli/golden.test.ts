// Every golden screen is played again. `UPDATE_GOLDEN=1 npx jest test/cli/golden` writes what is seen: read the difference.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { playTranscript, readTranscript } from "./transcript";

const folder = join(__dirname, "golden");
const cases = readdirSync(folder).filter((name) => name.endsWith(".txt"));

test.each(cases)("%s", (name) => {
  const path = join(folder, name);
  const expected = readFileSync(path, "utf8");
  const seen = playTranscript(readTranscript(expected));
  expect(seen).not.toContain("please report it");
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, seen);
  else expect(seen).toBe(expected);
});
