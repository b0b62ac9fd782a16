// Tests wait by `patience.ts` alone.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "./patience";

test("no test has a time limit of its own: jest's, of limits.ts, grows with the load", () => {
  const files = (readdirSync(__dirname, { recursive: true, encoding: "utf8" }) as string[]).filter((file) =>
    file.endsWith(".test.ts"),
  );
  const withLimit = files.filter((file) => /^\s*\}, [\d_]{4,}\);$/m.test(readFileSync(join(__dirname, file), "utf8")));
  expect(files.length).toBeGreaterThan(50);
  expect(withLimit).toEqual([]);
});

test("waitFor gives the first answer that is one", async () => {
  const answers = [undefined, false, "here"];
  expect(await waitFor("an answer", () => answers.shift())).toBe("here");
});
