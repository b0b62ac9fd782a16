// One YAML manifest: its value, every problem with it, and where each value stands.
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type YAMLMap,
} from "yaml";
import { describe, isMapping } from "../base/json";
import { caretBelow, type Diagnostic, type DiagnosticCode, type Location } from "../diagnostic";
import type { Tree } from "./tree";
import { isTooDeep, keyText, lostAlias, maxDepth, startOf, syntaxDetail } from "./yaml-nodes";

/** Keys and indexes that lead to a value. */
export type Path = readonly PropertyKey[];
/** Whether a place is meant to show the key or what it holds. */
export type Part = "key" | "value";

export interface ProblemOptions {
  severity?: Diagnostic["severity"];
  remedy?: string;
  part?: Part;
  /** Leave the source line out, because it may show a secret. */
  hideSource?: boolean;
}

// Aliases are counted as they expand: ten levels of ten aliases are answered with a problem, not with a full memory.
const maxAliases = 1000;
// One slip can make a problem of every line below it.
const maxSyntaxErrors = 20;

export class Manifest {
  /** Relative to the project's root, with `/`. */
  readonly file: string;
  /** What the file holds; `{}` when it is empty or can't be understood. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly problems: Diagnostic[] = [];
  /** Whether messages must not quote the file. */
  readonly hidesSource: boolean;
  private readonly text: string;
  private textLines: readonly string[] | undefined;
  /** What stands under each key of a mapping: made once, since a manifest may have as many keys as problems. */
  private readonly pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  private readonly lines = new LineCounter();
  private readonly document: Document | undefined;

  /** `secretNames`: settings whose values no message may show; a file that mentions one is never quoted. */
  constructor(file: string, text: string, secretNames: Iterable<string> = []) {
    this.file = file;
    this.text = text;
    this.hidesSource = [...secretNames].some((name) => text.includes(name));
    this.document = this.parse();
    this.value = this.document ? this.readValue(this.document) : {};
  }

  /** Where the value (or its key) at `path` stands; where it isn't written, the nearest that is. */
  at(path: Path, part: Part = "value"): Location {
    let offset = startOf(this.document?.contents) ?? 0;
    let node: unknown = this.document?.contents;
    for (const [depth, key] of path.entries()) {
      const isLast = depth === path.length - 1;
      const step = this.step(node, key);
      if (!step) break;
      const shown = isLast && part === "key" ? step.key : step.value;
      offset = startOf(shown) ?? startOf(step.key) ?? offset;
      node = step.value;
    }
    return this.locate(offset);
  }

  /** The text of a scalar as written (`007` is not `7`); undefined for anything else. */
  source(path: Path): string | undefined {
    let node: unknown = this.document?.contents;
    for (const key of path) node = this.step(node, key)?.value;
    if (isAlias(node) && this.document) node = node.resolve(this.document);
    if (!isScalar(node) || node.value === null) return undefined;
    return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
  }

  /** Makes a problem about the value at `path` and keeps it. */
  report(code: DiagnosticCode, summary: string, path: Path, options: ProblemOptions = {}): Diagnostic {
    const { severity = "error", remedy, part, hideSource } = options;
    const at = this.at(path, part);
    const frame = hideSource ? undefined : this.frame(at);
    const problem: Diagnostic = { code, severity, summary, remedy, at, frame };
    this.problems.push(problem);
    return problem;
  }

  frame(at: Location): string | undefined {
    this.textLines ??= this.text.split(/\r\n|\r|\n/);
    const line = this.textLines[at.line - 1] ?? "";
    return this.hidesSource || line.trim() === "" ? undefined : caretBelow(line, at);
  }

  private parse(): Document | undefined {
    try {
      const document = parseDocument(this.text, {
        lineCounter: this.lines,
        logLevel: "error",
        merge: true,
        prettyErrors: false,
        uniqueKeys: false,
      });
      for (const { code, message, pos } of document.errors.slice(0, maxSyntaxErrors))
        this.reportSyntax("error", code, message, pos[0]);
      if (document.errors.length > 0) return undefined;
      for (const { code, message, pos } of document.warnings) this.reportSyntax("warning", code, message, pos[0]);
      return document;
    } catch (cause) {
      // The composer recurses: only a nesting far beyond the limit ends its stack.
      if (!(cause instanceof RangeError)) throw cause;
      this.reportTooDeep([]);
      return undefined;
    }
  }

  private readValue(document: Document): Readonly<Record<string, unknown>> {
    try {
      const tooDeep = this.checkNodes(document.contents, []);
      if (tooDeep) return this.reportTooDeep(tooDeep);
      const value: unknown = document.toJS({ maxAliasCount: maxAliases });
      if (isTooDeep(value)) return this.reportTooDeep([]);
      if (value === null || value === undefined) return {};
      if (isMapping(value)) return value;
      this.report("MANIFEST_SHAPE", `a manifest is a mapping of keys, found ${describe(value)}`, [], {
        remedy: "begin the file with `key: value` lines",
      });
    } catch (cause) {
      if (cause instanceof ReferenceError) this.reportAliases(document);
      else if (cause instanceof Error && cause.message.startsWith("Merge sources must be maps")) this.reportMerge();
      else throw cause;
    }
    return {};
  }

  /** Warns of keys that are written twice; gives the path at which the nesting is too deep, if it is. */
  private checkNodes(node: unknown, path: PropertyKey[]): PropertyKey[] | undefined {
    if (path.length > maxDepth) return path;
    if (isMap(node)) {
      const seen = new Set<string>();
      for (const pair of node.items) {
        const key = keyText(pair);
        if (seen.has(key) && key !== "<<") this.reportDuplicate(key, pair);
        seen.add(key);
        const tooDeep = this.checkNodes(pair.value, [...path, key]);
        if (tooDeep) return tooDeep;
      }
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        const tooDeep = this.checkNodes(item, [...path, index]);
        if (tooDeep) return tooDeep;
      }
    }
    return undefined;
  }

  /** `<<:` takes in the keys of other mappings. */
  private reportMerge(): void {
    const at = this.locate(Math.max(0, this.text.indexOf("<<")));
    this.problems.push({
      code: "YAML_SYNTAX",
      severity: "error",
      summary: "`<<` merges mappings, found another value",
      remedy: "write `<<: *anchor` with the anchor of a mapping, or remove the key",
      at,
      frame: this.frame(at),
    });
  }

  /** Says which alias has no anchor; when all have one, they are too many. */
  private reportAliases(document: Document): void {
    const lost = lostAlias(document);
    const at = this.locate(lost?.range?.[0] ?? 0);
    this.problems.push({
      code: "YAML_SYNTAX",
      severity: "error",
      summary: lost
        ? `the alias \`*${lost.source}\` has no anchor`
        : "the aliases of this file expand to too many values",
      remedy: lost
        ? `write \`&${lost.source}\` before the value that is meant`
        : "write the values out, or use fewer aliases",
      at,
      frame: this.frame(at),
    });
  }

  private reportDuplicate(key: string, pair: Pair): void {
    const at = this.locate(startOf(pair.key) ?? 0);
    this.problems.push({
      code: "YAML_DUPLICATE_KEY",
      severity: "warning",
      summary: `the key \`${key}\` is written more than once, the last one counts`,
      remedy: "merge the two or remove one",
      at,
      frame: this.frame(at),
    });
  }

  private reportSyntax(severity: Diagnostic["severity"], code: string, message: string, offset: number): void {
    // What is missing at the end is shown behind the last word.
    const at = this.locate(Math.min(offset, this.text.trimEnd().length));
    const detail = this.hidesSource ? code.toLowerCase().replaceAll("_", " ") : syntaxDetail(code, message);
    this.problems.push({
      code: "YAML_SYNTAX",
      severity,
      summary: `not valid YAML: ${detail}`,
      remedy: code === "TAB_AS_INDENT" ? "indent with spaces" : "check indentation, quotes and colons at this place",
      at,
      frame: this.frame(at),
    });
  }

  private reportTooDeep(path: Path): Record<string, never> {
    this.report("YAML_SYNTAX", `nested deeper than ${maxDepth} levels`, path, {
      remedy: "flatten the file",
      hideSource: true,
    });
    return {};
  }

  private step(node: unknown, key: PropertyKey): { key: unknown; value: unknown } | undefined {
    const target = isAlias(node) && this.document ? node.resolve(this.document) : node;
    if (isSeq(target)) {
      const item = target.items[Number(key)];
      return item === undefined ? undefined : { key: item, value: item };
    }
    if (!isMap(target)) return undefined;
    const pairs = this.pairsOf(target);
    const own = pairs.get(String(key));
    if (own) return own;
    const merged = pairs.get("<<");
    return merged ? this.step(merged.value, key) : undefined;
  }

  /** Of a key that is written twice the last, as in the value; of merges the first. */
  private pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
    const known = this.pairs.get(map);
    if (known) return known;
    const pairs = new Map<string, Pair>();
    for (const pair of map.items) {
      const key = keyText(pair);
      if (key !== "<<" || !pairs.has(key)) pairs.set(key, pair);
    }
    this.pairs.set(map, pairs);
    return pairs;
  }

  private locate(offset: number): Location {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }
}

/** Reads a manifest; problems with the file itself are the manifest's. */
export function readManifest(tree: Tree, file: string, secretNames?: Iterable<string>): Manifest {
  const problems: Diagnostic[] = [];
  const text = tree.read(file, problems);
  const manifest = new Manifest(file, text ?? "", secretNames);
  for (const problem of problems) {
    // A line that is quoted for its bytes may hold a secret as well.
    manifest.problems.push(secretNames ? { ...problem, frame: undefined } : problem);
  }
  return manifest;
}

/** Warns that a manifest names a folder other than the one it stands in. */
export function reportMismatch(manifest: Manifest, key: string, written: string, folder: string): void {
  manifest.report(
    "NAME_MISMATCH",
    `\`${key}\` is \`${written}\`, but the folder is \`${folder}\`, which counts`,
    [key],
    {
      severity: "warning",
      remedy: `write \`${key}: ${folder}\`, or move the file`,
    },
  );
}
