// How many lines per second are searched for secrets: 20 keys and a PEM. Prints a table; needs `npm run build`.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { table } from "./table.mjs";

const LINES = 10_000;

/** The same in every run. @param {string | number} seed @param {number} length of bytes */
function bytes(seed, length) {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    createHash("sha256").update(`${seed}/${index}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

/** @type {Record<string, (index: number) => string>} */
const kinds = {
  "a sentence": (index) =>
    `2026-01-01T00:00:00Z INFO made intake ${index} at tenant edge for topic events in ${index % 300} ms`,
  "a JSON record": (index) =>
    JSON.stringify({
      ...{ level: "info", id: index, trace: bytes(index, 16).toString("hex") },
      request: { method: "POST", url: "https://siem.example/api/v2/intakes?x=1", took: 12.5 },
    }),
  "80 digits of base64": (index) => bytes(index, 60).toString("base64"),
};

/** The section of results.md. */
export function maskedLines() {
  const { SecretMask } = createRequire(import.meta.url)("../provider/dist/secrets/mask.js");
  const mask = new SecretMask();
  for (let index = 0; index < 20; index++) mask.add(bytes(`key ${index}`, 24).toString("base64url"));
  const body = bytes("pem", 1200).toString("base64").replace(/.{64}/g, "$&\n");
  mask.add(`-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`);
  const rows = Object.entries(kinds).map(([kind, line]) => {
    const lines = Array.from({ length: LINES }, (_, index) => line(index));
    for (const each of lines.slice(0, 1000)) mask.hide(each);
    const started = performance.now();
    for (const each of lines) mask.hide(each);
    return [kind, Math.round((LINES / (performance.now() - started)) * 1000)];
  });
  return table(["a line is", "lines per second"], rows);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(maskedLines());
