// Editing a manifest's text: whatever the edit does not touch stays as it was, byte by byte.
import { isDeepStrictEqual } from "node:util";
import {
  type Alias,
  Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
  YAMLParseError,
} from "yaml";
import { caretFrame, MeshroomError } from "../diagnostic";
import type { Path } from "./manifest";
import { lostAlias } from "./yaml-nodes";

// As the Python tool will read it; `compat` also puts in quotes what only our own reader takes for something else than text.
const parseOptions = {
  version: "1.1",
  compat: "core",
  uniqueKeys: false,
  logLevel: "error",
  prettyErrors: false,
} as const;

/** Sets a value, making the mappings that lead to it. */
export function setIn(document: Document, path: Path, value: unknown): void {
  const key = path.at(-1);
  if (key === undefined) throw new RangeError("a path to set has at least one key");
  if (!isCollection(document.contents)) document.contents = document.createNode({});
  let node: unknown = document.contents;
  for (const [index, step] of path.slice(0, -1).entries()) {
    const parent = node;
    const next = ownNode(document, parent, step);
    node = next;
    if (isCollection(next)) continue;
    const made = document.createNode(typeof path[index + 1] === "number" ? [] : {});
    setNode(document, parent, step, made);
    node = made;
  }
  setNode(document, node, key, makeNode(document, value));
}

/** The node at a key; where that is an alias, a copy of what it stands for takes its place, so that an edit changes no other key. */
function ownNode(document: Document, parent: unknown, step: unknown): unknown {
  const next = getNode(parent, step);
  const target = isAlias(next) ? next.resolve(document) : undefined;
  if (!isCollection(target)) return next;
  const copy = target.clone() as typeof target;
  copy.anchor = undefined;
  setNode(document, parent, step, copy as Node);
  return copy;
}

/** The node at a path, an alias followed; undefined where there is none. Of a key that is written twice the last counts. */
export function nodeIn(document: Document, path: Path): unknown {
  let node: unknown = document.contents;
  for (const step of path) {
    node = getNode(node, step);
    if (isAlias(node)) node = node.resolve(document);
  }
  return node;
}

/** The library loses a block's first line where that holds only white space, so such texts are written in quotes. */
function makeNode(document: Document, value: unknown): Node {
  const node = document.createNode(value) as Node;
  visit(node, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === "string" && /^\s[\s\S]*\n|^[ \t]*\n/.test(scalar.value)) scalar.type = "QUOTE_DOUBLE";
    },
  });
  return node;
}

/** Removes a key, and every repetition of it. What isn't there is no error. */
export function deleteIn(document: Document, path: Path): void {
  let node: unknown = document.contents;
  for (const step of path.slice(0, -1)) node = getNode(node, step);
  const key = path.at(-1);
  if (isMap(node)) node.items = node.items.filter((pair) => !hasKey(pair, key));
  else if (isCollection(node)) node.delete(key);
}

/** `text` after `edit`. Comments, key order, unknown keys, line ends, byte order mark and the final newline are kept. */
export function editManifest(text: string, edit: (document: Document) => void, file = "manifest"): string {
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const body = text.slice(mark.length).replace(/\r\n?/g, "\n");
  const document = parse(body, file);
  const before =
    isMap(document.contents) && !document.contents.flow ? cut(document, document.contents, body) : undefined;
  const whole = document.toString(styleOf(body));
  const anchored = aliasesOf(document);
  const unedited = before?.pieces.map(({ pair }) => render(document, pair, body));
  edit(document);
  writeOutLost(document, anchored);
  if (document.toString(styleOf(body)) === whole) return text;
  const edited = (before && unedited && splice(document, before, unedited, body)) ?? document.toString(styleOf(body));
  const ended = body === "" || body.endsWith("\n") ? edited : edited.replace(/\n$/, "");
  return mark + ended.replaceAll("\n", lineEnd);
}

/** A pair of the top level with its own lines, and the blank and comment lines above it. */
interface Piece {
  pair: Pair;
  above: string;
  lines: string;
}

interface Pieces {
  pieces: Piece[];
  /** Blank and comment lines at the end. */
  tail: string;
}

function parse(body: string, file: string): Document {
  const lines = new LineCounter();
  const document: Document = parseDocument(body, { ...parseOptions, lineCounter: lines });
  const lost = lostAlias(document);
  if (lost)
    document.errors.push(new YAMLParseError(rangeOf(lost), "BAD_ALIAS", `the alias *${lost.source} has no anchor`));
  if (document.errors.length === 0) return document;
  const problems = document.errors.map(({ message, pos }) => {
    const { line, col } = lines.linePos(pos[0]);
    return {
      code: "YAML_SYNTAX" as const,
      severity: "error" as const,
      summary: `not valid YAML: ${message}`,
      remedy: "correct the file before it is edited by a command",
      at: { file, line, column: col },
      frame: caretFrame(body, { line, column: col }),
    };
  });
  throw new MeshroomError(problems);
}

function rangeOf(node: Node): [number, number] {
  const [start, end] = node.range ?? [0, 0];
  return [start, end];
}

/** What each alias stands for. */
function aliasesOf(document: Document): Map<Alias, Node> {
  const found = new Map<Alias, Node>();
  visit(document, {
    Alias: (_, alias) => {
      const node = alias.resolve(document);
      if (node) found.set(alias, node);
    },
  });
  return found;
}

/** Where an edit removed the anchor, its first alias becomes the value itself, anchor and all. */
function writeOutLost(document: Document, anchored: ReadonlyMap<Alias, Node>): void {
  visit(document, {
    Alias: (_, alias) => (alias.resolve(document) ? undefined : (anchored.get(alias)?.clone() as Node | undefined)),
  });
}

function cut(document: Document, map: YAMLMap, body: string): Pieces | undefined {
  const starts = map.items.map(({ key }) => {
    const offset = isScalar(key) ? key.range?.[0] : undefined;
    return offset === undefined ? -1 : body.lastIndexOf("\n", offset - 1) + 1;
  });
  // A key that isn't plain, or two on one line: rare enough to be written anew.
  if (starts.some((start, index) => start < 0 || start <= (starts[index - 1] ?? -1))) return undefined;
  let above = body.slice(0, starts[0] ?? 0);
  const pieces = map.items.map((pair, index) => {
    const region = body.slice(starts[index], starts[index + 1]);
    const trailing = /(?:^(?:#.*|[ \t]*|\.\.\.)(?:\n|$))+(?![\s\S])/m.exec(region);
    const lines = trailing ? region.slice(0, trailing.index) : region;
    const piece = { pair, above, lines };
    above = region.slice(lines.length);
    return piece;
  });
  return document.contents === map ? { pieces, tail: above } : undefined;
}

/** The edited text made of the old pieces, or undefined where that would not say what the edited document says. */
function splice(document: Document, { pieces, tail }: Pieces, unedited: string[], body: string): string | undefined {
  if (!isMap(document.contents)) return undefined;
  const left = document.contents.items;
  const isInOrder = left.map((pair) => pieces.findIndex((piece) => piece.pair === pair)).filter((index) => index >= 0);
  if (isInOrder.some((index, place) => index <= (isInOrder[place - 1] ?? -1))) return undefined;
  const old = pieces.map((piece, index) => {
    if (!left.includes(piece.pair)) return detached(piece.above, index === 0);
    const now = render(document, piece.pair, body);
    return piece.above + (now === unedited[index] ? endLine(piece.lines) : now);
  });
  const added = left.filter((pair) => !pieces.some((piece) => piece.pair === pair));
  const text = [...old, ...added.map((pair) => render(document, pair, body)), tail].join("");
  return saysTheSame(document, text) ? text : undefined;
}

/** What stays of the lines above a removed key: all but the comment that touches it. */
function detached(above: string, isFirst: boolean): string {
  const blank = /^(?:[\s\S]*\n)?(?:[ \t]*|---.*)\n/.exec(above);
  if (blank) return blank[0];
  return isFirst ? above : "";
}

function render(document: Document, pair: Pair, body: string): string {
  const copy = pair.clone();
  if (isScalar(copy.key)) {
    copy.key.commentBefore = null;
    copy.key.spaceBefore = false;
  }
  const alone = new Document({}, parseOptions);
  alone.schema = document.schema;
  if (isMap(alone.contents)) alone.contents.items = [copy as never];
  // The anchor of an alias may stand in another pair.
  return endLine(alone.toString({ ...styleOf(body), verifyAliasOrder: false }));
}

function endLine(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function saysTheSame(document: Document, text: string): boolean {
  const again = parseDocument(text, parseOptions);
  return again.errors.length === 0 && isDeepStrictEqual(again.toJS() ?? {}, document.toJS() ?? {});
}

/** How the author lays out YAML, for what is written anew. */
function styleOf(body: string) {
  return {
    indent: Math.min(indentOf(body), 8),
    // The Python tool puts a list's dashes below the key itself.
    indentSeq: !/^( *)[^\s#-].*:[ \t]*\n\1- /m.test(body),
    flowCollectionPadding: !/\{[^\s}]/.test(body),
    lineWidth: 0,
  };
}

/** How much deeper than its key the first nested mapping stands, comments between the two left aside. */
function indentOf(body: string): number {
  const nested = /^( *)[^\s#-][^\n]*:[ \t]*\n(?:[ \t]*(?:#[^\n]*)?\n)*( +)[^\s#-]/gm;
  for (const [, key = "", child = ""] of body.matchAll(nested))
    if (child.length > key.length) return child.length - key.length;
  return 2;
}

function hasKey(pair: Pair, key: unknown): boolean {
  return String(isScalar(pair.key) ? pair.key.value : pair.key) === String(key);
}

/** Of a key that is written twice the last counts. */
function findPair(node: YAMLMap, key: unknown): Pair | undefined {
  return [...node.items].reverse().find((pair) => hasKey(pair, key));
}

function getNode(node: unknown, key: unknown): unknown {
  if (isMap(node)) return findPair(node, key)?.value;
  return isCollection(node) ? node.get(key, true) : undefined;
}

function setNode(document: Document, node: unknown, key: unknown, value: Node): void {
  const pair = isMap(node) ? findPair(node, key) : undefined;
  if (!pair) {
    if (isMap(node)) node.items.push(document.createPair(key, value));
    else if (isCollection(node)) node.set(key, value);
    return;
  }
  // A comment on the old value's line is about the key.
  if (isScalar(pair.value) && isScalar(value)) value.comment = pair.value.comment;
  pair.value = value;
}
