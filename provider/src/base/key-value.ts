// `key=value` as people type it: the value may hold `=`.

/** Undefined where there is no key. */
export function splitKeyValue(text: string): [key: string, value: string] | undefined {
  const at = text.indexOf("=");
  return at > 0 ? [text.slice(0, at), text.slice(at + 1)] : undefined;
}

/** The key; the whole text where it is no assignment. */
export function keyOf(text: string): string {
  return splitKeyValue(text)?.[0] ?? text;
}
