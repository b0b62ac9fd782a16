// `meshroom watch`

import { watch } from "../../actions/verbs/watch";
import type { Json } from "../../base/json";
import type { Call, Command } from "../parse/command";
import { listenForInterrupts } from "../run/interrupts";
import { exchangeArguments, exchangeOptions, exchangeRequest, itemLine } from "../run/run-exchange";

export const command: Command = {
  description:
    "Prints what arrives, one line each, until Ctrl-C: by the watch hook of the destination; where it has none, by that of the source.",
  arguments: exchangeArguments(
    "the instance, or with a destination the source of a plug",
    "the destination, to watch one plug",
  ),
  options: exchangeOptions,
  examples: [
    { command: "watch events siem", does: "all that arrives" },
    { command: "watch events edge siem --json | jq .rule", does: "what arrives through one plug" },
  ],
  run(call) {
    return {
      get json() {
        return items(call);
      },
      isJsonLines: true,
      text: async function* () {
        for await (const item of items(call)) yield itemLine(item);
      },
    };
  },
};

/** Ctrl-C is the usual end of a watch: the hook ends, and so does this. A second one waits for nothing. */
async function* items(call: Call): AsyncGenerator<Json> {
  const interrupts = listenForInterrupts((count) => {
    if (count > 1) process.kill(process.pid, "SIGKILL");
  });
  try {
    yield* watch(exchangeRequest(call), interrupts.signal);
  } finally {
    interrupts.stop();
  }
}
