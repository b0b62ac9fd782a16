// A JSON value as one short text, for places that pay for every value: deflated, in base64.
import { deflateRawSync, inflateRawSync } from "node:zlib";

/**
 * Text that the packed values are likely to hold, the likeliest last: deflate refers to it instead of repeating it, which halves a plug's plan.
 * Users' states are written with it: it is never changed.
 */
const DICTIONARY = Buffer.from(
  '{"documentation_url":"https://","nestedSecrets":[{"isText":true}],"adopt":true,"exclusive":true,"timeout":60,' +
    '"role":"trigger","integration":{"product":"","target":"","topic":"","role":"executor"}},"role":"consumer","role":"producer"' +
    '{"owner":{"kind":"plug","owner":{"kind":"instance","product":"","name":"","address":""},"name":"API_KEY"},' +
    '{"side":"source","kind":"status","title":"","file":"products/","export":""},{"side":"destination","kind":"teardown","title":"",' +
    '"file":"products/integrations/events_consumer.ts","export":""},{"side":"destination","kind":"setup","title":"","file":"products/' +
    '{"project":"../meshroom-project","secretKey":"secrets","secretIds":[],"name":"events: ","manifest":"instances//plugs//events.yaml",' +
    '"ends":{"source":{"name":"","product":"","address":"","role":"producer"},"destination":{"name":"","product":"","address":"","role":"consumer"}},' +
    '"steps":[{"side":"source","kind":"setup","title":"","file":"products/","export":""}],"quietFiles":[],"requiredSecrets":[]}',
);

export function packJson(value: unknown): string {
  return deflateRawSync(JSON.stringify(value), { dictionary: DICTIONARY }).toString("base64");
}

/** @throws Error for a text that {@link packJson} has not made */
export function unpackJson(text: string): unknown {
  return JSON.parse(inflateRawSync(Buffer.from(text, "base64"), { dictionary: DICTIONARY }).toString());
}
