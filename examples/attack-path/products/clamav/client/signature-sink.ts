// Takes indicators into a file of signatures and has clamd read it. Loaded by the TAXII poller.
import { readIfThere, writeWhole } from "../../../lib/files.ts";
import type { Indicator } from "../../../lib/taxii/indicator.ts";
import type { Sink } from "../../../lib/taxii/poller.ts";
import { type Clamd, reload } from "./clamd.ts";

export interface SignatureSettings extends Clamd {
  /** A .hsb file: a line per hash, `SHA256:SIZE:NAME:LEVEL`. */
  file: string;
}

export function openSink(settings: SignatureSettings): Sink {
  return {
    async take(indicators) {
      const before = readIfThere(settings.file) ?? "";
      const known = new Set(before.split("\n"));
      const lines = indicators.filter(({ kind }) => kind === "sha256").map(signature);
      const added = lines.filter((line) => !known.has(line));
      if (added.length === 0) return;
      writeWhole(settings.file, `${before}${added.join("\n")}\n`);
      await reload(settings);
    },
  };
}

/** Any size; level 73 is the first that knows `*` as one. */
function signature({ id, value }: Indicator): string {
  return `${value}:*:Mesh.${id.slice("indicator--".length, "indicator--".length + 8)}:73`;
}
