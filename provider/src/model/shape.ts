// Shapes of manifests: what zod finds wrong becomes problems with a place, and the rest of the value is still used.
import { z } from "zod";
import { describe, isMapping } from "../base/json";
import type { Manifest, Path } from "./manifest";

type Issue = z.core.$ZodIssue;

/** Text, where YAML may have read a number or a boolean. */
export const textShape = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** A boolean as YAML 1.2 or 1.1 spells it. */
export const flagShape = z.preprocess((value) => toBoolean(value) ?? value, z.boolean());

/** A mapping of anything; nothing counts as empty. */
export const mappingShape = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => value ?? {});

/** `yes`, `no`, `on`, `off` as well, since the Python tool reads and writes YAML 1.1; undefined for anything else. */
export function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  if (/^(yes|Yes|YES|on|On|ON|true|True|TRUE)$/.test(value)) return true;
  if (/^(no|No|NO|off|Off|OFF|false|False|FALSE)$/.test(value)) return false;
  return undefined;
}

/** `value`, found at `path`, as `schema` (whose keys are all optional) sees it; keys that don't fit are reported and left out. */
export function readShape<T extends z.ZodType>(
  manifest: Manifest,
  schema: T,
  value: Readonly<Record<string, unknown>> = manifest.value,
  path: Path = [],
): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faulty = new Set<unknown>();
  for (const issue of result.error.issues) {
    reportIssue(manifest, issue, value, path);
    faulty.add(issue.path[0]);
  }
  return schema.parse(Object.fromEntries(Object.entries(value).filter(([key]) => !faulty.has(key))));
}

/** The keys of `value` that are not among `known`. */
export function otherKeys(value: Readonly<Record<string, unknown>>, known: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !known.includes(key)));
}

function reportIssue(manifest: Manifest, issue: Issue, value: unknown, base: Path): void {
  if (issue.code === "invalid_union") {
    const inner = valueAt(value, issue.path);
    const deeper = helpfulBranch(issue, inner);
    if (deeper) {
      for (const each of deeper) reportIssue(manifest, each, inner, [...base, ...issue.path]);
      return;
    }
  }
  const path = [...base, ...issue.path];
  const found = valueAt(value, issue.path);
  const key = path.filter((part) => typeof part === "string").at(-1);
  const subject = key === undefined ? "" : `\`${String(key)}\`: `;
  manifest.report("MANIFEST_SHAPE", `${subject}${describeIssue(issue, found)}`, path, { remedy: remedyOf(issue) });
}

/** The alternative whose outer type fitted: what is wrong within it says more than "none fits". */
function helpfulBranch(issue: z.core.$ZodIssueInvalidUnion, found: unknown): Issue[] | undefined {
  const isClose = (each: Issue) => each.path.length > 0 || (each.code === "invalid_value" && typeof found === "string");
  return issue.errors.find((branch) => branch.length > 0 && branch.every(isClose));
}

function describeIssue(issue: Issue, found: unknown): string {
  if (issue.code === "custom") return issue.message;
  const expected = expectedBy(issue);
  const shown =
    issue.code === "invalid_value" && typeof found === "string" ? `\`${found.slice(0, 60)}\`` : describe(found);
  const oneOf = issue.code === "invalid_value" && issue.values.length > 1 ? "one of " : "";
  return expected.length > 0
    ? `expected ${oneOf}${expected.join(" or ")}, found ${shown}`
    : issue.message.toLowerCase();
}

const words: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "yes or no",
  number: "a number",
  object: "a mapping",
  record: "a mapping",
  string: "text",
};

function expectedBy(issue: Issue): string[] {
  switch (issue.code) {
    case "invalid_type":
      return [words[issue.expected] ?? issue.expected];
    case "invalid_value":
      return [issue.values.map((value) => `\`${String(value)}\``).join(", ")];
    case "invalid_union":
      return unionWords(issue);
    default:
      return [];
  }
}

/** Where text is due, that YAML may have read it as a number or a boolean is nobody's business. */
function unionWords(issue: z.core.$ZodIssueInvalidUnion): string[] {
  const found = new Set(issue.errors.flat().flatMap(expectedBy));
  if (found.has("text")) for (const scalar of ["a number", "yes or no"]) found.delete(scalar);
  return [...found].filter((word) => !["null", "undefined"].includes(word));
}

function remedyOf(issue: Issue): string {
  const expected = expectedBy(issue);
  if (issue.code === "invalid_value") return `write one of ${expected.join()}`;
  if (expected.includes("a mapping")) return "write `key: value` pairs below the key, indented";
  if (expected.includes("a list")) return "write a list: one `- item` per line";
  if (expected.includes("yes or no")) return "write `true` or `false`";
  return expected.length > 0 ? `write ${expected.join(" or ")} here` : "correct the value, see docs/errors.md";
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const key of path) {
    if (Array.isArray(current)) current = current[Number(key)];
    else current = isMapping(current) ? current[String(key)] : undefined;
  }
  return current;
}
