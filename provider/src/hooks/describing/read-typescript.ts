// Reads what a hook file in TypeScript declares from its syntax tree, by the parser that the loader of hook files has as well: nothing is run.
import type { ParserPlugin } from "@babel/parser";
import type { CallExpression, Node } from "@babel/types";
import type { Location } from "../../diagnostic";
import { type HookKind, hookKinds } from "../../model/hook";
import { describeHook, firstNames } from "../hosts/describe-module";
import type { SetupOptions } from "../imported/api";
import { type Exported, readTopLevel, type TopLevel } from "./module-exports";
import { COMPUTED_TITLE, type Computed, type Reading, unreadable } from "./reading";
import { plainExpression, staticValue, unknown } from "./static-value";

/** What hook files import the functions that make hooks from. */
const API = "pulumi-meshroom/hooks";

/** `file`: relative to the project's root; `source`: its text. */
export function readTypeScript(file: string, source: string): Reading {
  // Loaded when a file is read that is not in the cache: most commands read none.
  const { parse } = require("@babel/parser") as typeof import("@babel/parser");
  const plugins: ParserPlugin[] = ["typescript", "decorators"];
  try {
    const tree = parse(source, { sourceType: "module", plugins, errorRecovery: false });
    return new ModuleReader(file, source, readTopLevel(tree.program)).read();
  } catch (error) {
    const { loc, message } = error as SyntaxError & { loc?: { line: number; column: number } };
    if (!loc) throw error;
    const why = message.replace(/\s*\(\d+:\d+\)$/, "");
    return unreadable({ file, line: loc.line, column: loc.column + 1 }, why);
  }
}

class ModuleReader {
  readonly #computed: Computed[] = [];

  constructor(
    private readonly file: string,
    private readonly source: string,
    private readonly top: TopLevel,
  ) {}

  read(): Reading {
    const calls = this.top.exported.flatMap((each) => {
      const call = this.#hookCall(each);
      return call ? [[each.name, call] as const] : [];
    });
    for (const { node, what } of this.top.others) this.#add(node, what);
    const inOrder = [...firstNames(calls, this.source)].sort(([a], [b]) => (a.start ?? 0) - (b.start ?? 0));
    const read = inOrder.flatMap(([call, name]) => {
      const options = this.#options(call, name);
      return options ? [{ call, name, options }] : [];
    });
    const hooks = [];
    for (const [position, { call, name, options }] of read.entries()) {
      try {
        const kind = this.#kindOf(call) as HookKind;
        hooks.push(describeHook(this.file, name, { kind, options }, position, this.source));
      } catch (error) {
        return unreadable(this.#place(call), (error as Error).message);
      }
    }
    return { hooks, computed: this.#computed };
  }

  /** The call that makes the exported hook; undefined for what is no hook, and for what can't be told, which is noted. */
  #hookCall({ name, value }: Exported): CallExpression | undefined {
    const node = value && this.#behind(value);
    if (!node || isPlain(node)) return undefined;
    if (node.type === "CallExpression" && this.#kindOf(node)) return node;
    this.#add(node, `the export ${name}`);
    return undefined;
  }

  /** Follows names of the file's own variables. */
  #behind(value: Node): Node {
    let node = plainExpression(value);
    for (const seen = new Set<string>(); node.type === "Identifier" && !seen.has(node.name); ) {
      seen.add(node.name);
      const next = this.top.variables.get(node.name);
      if (!next) break;
      node = plainExpression(next);
    }
    return node;
  }

  #kindOf({ callee }: CallExpression): HookKind | undefined {
    const isApi = (name: string) => this.top.imported.get(name)?.from === API;
    let name: string | undefined;
    if (callee.type === "Identifier" && isApi(callee.name)) name = this.top.imported.get(callee.name)?.name;
    else if (callee.type === "MemberExpression" && !callee.computed && callee.object.type === "Identifier") {
      const isNamespace = isApi(callee.object.name) && this.top.imported.get(callee.object.name)?.name === "*";
      if (isNamespace && callee.property.type === "Identifier") name = callee.property.name;
    }
    return hookKinds.find((kind) => kind === name);
  }

  /** Undefined where one that decides when the hook serves is computed. */
  #options(call: CallExpression, name: string): SetupOptions | undefined {
    const [first, second] = call.arguments;
    const isSpread = call.arguments.some(({ type }) => type === "SpreadElement");
    if (!first || isSpread || (!second && first.type === "ObjectExpression")) {
      this.#add(call, `the options of ${name}`);
      return undefined;
    }
    if (!second) return {};
    const value = staticValue(first, this.top.variables);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.#add(first, `the options of ${name}`);
      return undefined;
    }
    const options: Record<string, unknown> = { ...value };
    const computed = Object.keys(options).filter((key) => options[key] === unknown);
    for (const key of computed) this.#add(first, `the ${key} of ${name}`);
    if (computed.some((key) => key !== "title")) return undefined;
    if (computed.length > 0) options.title = COMPUTED_TITLE;
    return options as SetupOptions;
  }

  #add(node: Node, what: string): void {
    this.#computed.push({ at: this.#place(node), what });
  }

  #place(node: Node): Location {
    return { file: this.file, line: node.loc?.start.line ?? 1, column: (node.loc?.start.column ?? 0) + 1 };
  }
}

/** An expression whose value is no hook, whatever is in it. */
function isPlain({ type }: Node): boolean {
  return /^(\w+Literal|ArrowFunctionExpression|FunctionExpression|ClassExpression|ObjectExpression|ArrayExpression|NewExpression|UnaryExpression|BinaryExpression|UpdateExpression)$/.test(
    type,
  );
}
