// The value of an expression in a hook file, where the text alone tells it.
import type { Expression, Node, ObjectExpression, TemplateLiteral } from "@babel/types";

/** Initialisers of the file's own `const`s, by name. */
export type Constants = ReadonlyMap<string, Node>;

/** In the place of what only running the file would tell. */
export const unknown = Symbol("computed");

/** Without what TypeScript adds to an expression: `as const`, `satisfies`, `!`, parentheses. */
export function plainExpression(node: Node): Node {
  switch (node.type) {
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
    case "ParenthesizedExpression":
      return plainExpression(node.expression);
    default:
      return node;
  }
}

/** The value, or {@link unknown}. Members of an object are looked at one by one: each may be unknown. `seen` ends circles of constants. */
export function staticValue(given: Node, constants: Constants, seen: readonly string[] = []): unknown {
  const node = plainExpression(given);
  const of = (part: Node) => staticValue(part, constants, seen);
  switch (node.type) {
    case "StringLiteral":
    case "NumericLiteral":
    case "BooleanLiteral":
      return node.value;
    case "NullLiteral":
      return null;
    case "TemplateLiteral":
      return templateValue(node, of);
    case "UnaryExpression": {
      const value = of(node.argument);
      return node.operator === "-" && typeof value === "number" ? -value : unknown;
    }
    case "ArrayExpression": {
      const values = node.elements.map((each) => (each && each.type !== "SpreadElement" ? of(each) : unknown));
      return values.includes(unknown) ? unknown : values;
    }
    case "ObjectExpression":
      return objectValue(node, of);
    case "MemberExpression":
      return memberOf(of(node.object), node.computed ? of(node.property) : nameOf(node.property));
    case "Identifier": {
      if (node.name === "undefined") return undefined;
      const constant = seen.includes(node.name) ? undefined : constants.get(node.name);
      return constant ? staticValue(constant, constants, [...seen, node.name]) : unknown;
    }
    default:
      return unknown;
  }
}

function templateValue({ quasis, expressions }: TemplateLiteral, of: (part: Node) => unknown): unknown {
  let text = quasis[0]?.value.cooked ?? "";
  for (const [index, each] of expressions.entries()) {
    const value = of(each as Expression);
    if (typeof value !== "string" && typeof value !== "number") return unknown;
    text += `${value}${quasis[index + 1]?.value.cooked ?? ""}`;
  }
  return text;
}

function objectValue({ properties }: ObjectExpression, of: (part: Node) => unknown): unknown {
  const value: Record<string, unknown> = Object.create(null);
  for (const each of properties) {
    if (each.type === "SpreadElement") {
      const spread = of(each.argument);
      if (typeof spread !== "object" || spread === null || Array.isArray(spread)) return unknown;
      Object.assign(value, spread);
      continue;
    }
    const key = each.computed ? of(each.key) : nameOf(each.key);
    if (typeof key !== "string") return unknown;
    value[key] = each.type === "ObjectProperty" ? of(each.value) : unknown;
  }
  return value;
}

function memberOf(object: unknown, key: unknown): unknown {
  if (typeof object !== "object" || object === null || typeof key !== "string") return unknown;
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : unknown;
}

function nameOf(key: Node): string | undefined {
  if (key.type === "Identifier") return key.name;
  return key.type === "StringLiteral" ? key.value : undefined;
}
