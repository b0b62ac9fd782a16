// `meshroom complete`: asked by the completion scripts of the shells, one candidate a line, its summary behind a tab.

import type { Command } from "../parse/command";
import { complete, files } from "../parse/complete";

export const command: Command = {
  arguments: [
    {
      name: "words",
      summary: "what is typed behind meshroom, the last word being begun",
      isOptional: true,
      isRepeated: true,
    },
  ],
  examples: [{ command: "complete -- list prod", does: "what the scripts of `meshroom completion` ask" }],
  run(call) {
    const candidates = complete(call.root, call.words("words"));
    return {
      json: candidates,
      text: () =>
        candidates === files
          ? [":files"]
          : candidates.map(({ word, summary = "" }) => (summary ? `${word}\t${summary}` : word)),
    };
  },
};
