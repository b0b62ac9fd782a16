// A JSON value as one short text, for places that pay for every value: deflated, in base64.
import { deflateRawSync, inflateRawSync } from "node:zlib";

export function packJson(value: unknown): string {
  return deflateRawSync(JSON.stringify(value)).toString("base64");
}

/** @throws Error for a text that {@link packJson} has not made */
export function unpackJson(text: string): unknown {
  return JSON.parse(inflateRawSync(Buffer.from(text, "base64")).toString());
}
