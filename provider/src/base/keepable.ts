// What the engine can keep: text that is valid Unicode, and is not one of the texts by which Pulumi means something else.

/** In place of a value: it is not known yet (text, number, truth value, list, asset, archive, object). */
const unknownValues = [
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];
/** As a member's name: the mapping stands for a secret, an asset, a resource. */
const signature = "4dabf18193072939515e22adb298388d";

const half = /\p{Surrogate}/u;

/** Why `text` can't be kept; undefined where it can. */
export function unkeepable(text: string): string | undefined {
  const found = half.exec(text);
  if (found) return `is no valid Unicode (\\u${found[0].charCodeAt(0).toString(16)} at character ${found.index + 1})`;
  if (unknownValues.includes(text)) return `is ${text}, which means "not known yet" to Pulumi`;
  return text === signature ? `is ${text}, which marks a secret or an asset to Pulumi` : undefined;
}

/** The first text in a JSON value that can't be kept, names of members included: `plug.settings.id is no valid Unicode`. */
export function findUnkeepable(value: unknown, path: string): string | undefined {
  if (typeof value === "string") {
    const why = unkeepable(value);
    return why && `${path} ${why}`;
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const why = Array.isArray(value) ? undefined : unkeepable(key);
    if (why) return `a name in ${path} ${why}`;
    const found = findUnkeepable(member, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

/** `text` with U+FFFD for what is no valid Unicode. */
export function wellFormed(text: string): string {
  return half.test(text) ? text.replace(new RegExp(half, "gu"), "\ufffd") : text;
}

/**
 * A copy that can be kept, whatever stands in it: for the last hop, where a refusal would lose what was done before. `unknowns`: `pass` for
 * inputs, which hold them in a preview and mean them.
 */
export function kept<T>(value: T, unknowns: "spoil" | "pass" = "spoil"): T {
  return keepValue(value, unknowns === "pass") as T;
}

function keepValue(value: unknown, passes: boolean): unknown {
  if (typeof value === "string") return passes && unknownValues.includes(value) ? value : keepText(value);
  if (Array.isArray(value)) return value.map((item) => keepValue(item ?? null, passes));
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined && typeof member !== "function");
  return Object.fromEntries(members.map(([key, member]) => [keepText(key), keepValue(member, passes)]));
}

function keepText(text: string): string {
  return unknownValues.includes(text) || text === signature ? `(${text})` : wellFormed(text);
}
