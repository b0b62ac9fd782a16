// The nodes that the YAML parser gives: their keys and places, and what makes them unusable.
import { type Alias, type Document, isPair, isScalar, type Node, type Pair, visit } from "yaml";

/** Levels of nesting that a manifest may have. */
export const maxDepth = 64;

export function lostAlias(document: Document): Alias | undefined {
  const lost: Alias[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document)) return undefined;
      lost.push(alias);
      return visit.BREAK;
    },
  });
  return lost[0];
}

export function keyText(pair: Pair): string {
  const { key } = pair;
  if (!isScalar(key)) return String(key);
  if (key.value === null) return "";
  return typeof key.value === "symbol" ? (key.value.description ?? "") : String(key.value);
}

export function startOf(node: unknown): number | undefined {
  if (isPair(node)) return startOf(node.key);
  return (node as Node | null | undefined)?.range?.[0];
}

/** Stops at the first branch that is too deep, so a value that contains itself ends the search as well. */
export function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth > maxDepth) return true;
  return Object.values(value).some((child) => isTooDeep(child, depth + 1));
}

export function syntaxDetail(code: string, message: string): string {
  if (code === "MULTIPLE_DOCS") return "a manifest is one document, found a second one";
  const line = message.split("\n", 1)[0] ?? message;
  const clause = line.charAt(0).toLowerCase() + line.slice(1);
  return clause.replace(`"quote`, "double quote").replace(`'quote`, "single quote");
}
