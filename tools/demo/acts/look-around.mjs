// With --stay: everything is up, and the person may try things by hand until they press Enter.
import { once } from "node:events";
import { createInterface } from "node:readline";
import * as screen from "../screen.mjs";

/** @type {import("../stage.mjs").Act} */
export const lookAround = {
  title: "Your turn: lab and prod are up until you press Enter",
  run: ({ folder, options: { signal } }) => waitForEnter(folder, signal),
};

/**
 * @param {import("../folder.mjs").Folder} folder
 * @param {AbortSignal} signal
 */
export async function waitForEnter(folder, signal) {
  screen.say(`In another shell:

  cd ${folder.shown} && . ./env.sh
  pulumi stack --stack lab
  pulumi preview --stack lab --diff

Any command of the acts above works there too.`);
  const input = createInterface({ input: process.stdin });
  try {
    // An end of the input counts as Enter.
    await Promise.race([once(input, "line", { signal }), once(input, "close", { signal })]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    input.close();
  }
}
