// The wait that all tests share.
import { waitFor } from "./patience";

test("waitFor gives the first answer that is one", async () => {
  const answers = [undefined, false, "here"];
  expect(await waitFor("an answer", () => answers.shift())).toBe("here");
});

test("waitFor passes on that there will be none", async () => {
  const ask = () => {
    throw new Error("it has ended");
  };
  await expect(waitFor("an answer", ask)).rejects.toThrow("it has ended");
});
