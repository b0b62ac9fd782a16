// How a value of the stack's config is called in the commands that messages name.

/** A path for `pulumi config set --path`, such as `settings.core["a b"].list[0]`, to be put in quotes. `key` may have a namespace. */
export function configPath(key: string, ...segments: readonly (string | number)[]): string {
  return key + segments.map(pathSegment).join("");
}

function pathSegment(segment: string | number): string {
  if (typeof segment === "number") return `[${segment}]`;
  return /^[\w-]+$/.test(segment) ? `.${segment}` : `["${segment.replace(/["\\]/g, "\\$&")}"]`;
}
