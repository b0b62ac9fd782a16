// The top level of a hook file in TypeScript: what it imports, binds and exports, from its syntax tree.
import type { Node, Program, Statement } from "@babel/types";

/** What stands behind an exported name. */
export interface Exported {
  name: string;
  /** The expression; undefined where it can't hold a hook (a function, a class, a type). */
  value: Node | undefined;
  node: Node;
}

export interface TopLevel {
  /** Expressions by the name that a `const`, `let` or `var` binds. */
  variables: ReadonlyMap<string, Node>;
  /** Names that a function, class, enum or type binds. */
  declared: ReadonlySet<string>;
  /** Names that an import binds. `name` is `*` for a namespace. */
  imported: ReadonlyMap<string, { from: string; name: string }>;
  exported: readonly Exported[];
  /** What is done besides declaring, or declared in a way that is not looked through. */
  others: readonly { node: Node; what: string }[];
}

export function readTopLevel(program: Program): TopLevel {
  const reader = new TopLevelReader();
  for (const statement of program.body) reader.read(statement);
  return reader.finish();
}

class TopLevelReader {
  readonly #variables = new Map<string, Node>();
  readonly #declared = new Set<string>();
  readonly #imported = new Map<string, { from: string; name: string }>();
  readonly #exported: { name: string; local?: string; value?: Node; node: Node }[] = [];
  readonly #others: { node: Node; what: string }[] = [];

  /** Names are looked up at the end, since an export may stand before what it names. */
  finish(): TopLevel {
    const exported = this.#exported.map(({ name, local, value, node }) => ({
      name,
      node,
      value: local === undefined ? value : this.#valueOf(local, node),
    }));
    return {
      variables: this.#variables,
      declared: this.#declared,
      imported: this.#imported,
      others: this.#others,
      exported,
    };
  }

  #valueOf(local: string, node: Node): Node | undefined {
    return this.#variables.get(local) ?? (this.#declared.has(local) ? undefined : node);
  }

  read(statement: Statement): void {
    switch (statement.type) {
      case "ImportDeclaration":
        this.#readImport(statement);
        return;
      case "ExportNamedDeclaration":
        this.#readExport(statement);
        return;
      case "ExportDefaultDeclaration": {
        const { declaration } = statement;
        const isDeclared = /^(Function|Class|TS)\w*Declaration$|^TSDeclareFunction$/.test(declaration.type);
        const value = isDeclared ? undefined : declaration;
        const local = value?.type === "Identifier" ? value.name : undefined;
        this.#exported.push({ name: "default", value, local, node: statement });
        return;
      }
      case "ExportAllDeclaration":
        if (statement.exportKind !== "type") this.#other(statement, `all that ${statement.source.value} exports`);
        return;
      case "EmptyStatement":
        return;
      default:
        this.#declare(statement);
    }
  }

  #readImport(statement: Extract<Statement, { type: "ImportDeclaration" }>): void {
    const { source, specifiers, importKind } = statement;
    if (importKind === "type") return;
    if (specifiers.length === 0) this.#other(statement, `what ${source.value} does, which is imported for that`);
    for (const each of specifiers) {
      const name = importedName(each);
      this.#imported.set(each.local.name, { from: source.value, name });
    }
  }

  #readExport(statement: Extract<Statement, { type: "ExportNamedDeclaration" }>): void {
    const { declaration, specifiers, source, exportKind } = statement;
    if (exportKind === "type") return;
    if (declaration) {
      for (const name of this.#declare(declaration)) this.#exported.push({ name, local: name, node: statement });
      return;
    }
    for (const each of specifiers) {
      if (each.type !== "ExportSpecifier" || each.exportKind === "type") continue;
      const name = each.exported.type === "Identifier" ? each.exported.name : each.exported.value;
      if (source) this.#exported.push({ name, value: each, node: each });
      else this.#exported.push({ name, local: each.local.name, node: each });
    }
  }

  /** The names that a statement binds. */
  #declare(statement: Statement): string[] {
    switch (statement.type) {
      case "VariableDeclaration":
        return statement.declarations.flatMap(({ id, init }) => this.#bind(id, init ?? undefined));
      case "FunctionDeclaration":
      case "ClassDeclaration":
      case "TSEnumDeclaration":
        if (statement.id) this.#declared.add(statement.id.name);
        return statement.id ? [statement.id.name] : [];
      case "TSInterfaceDeclaration":
      case "TSTypeAliasDeclaration":
      case "TSDeclareFunction":
        return [];
      default:
        if ("declare" in statement && statement.declare) return [];
        this.#other(statement, "what the top level does besides declaring");
        return [];
    }
  }

  #bind(id: Node, init: Node | undefined): string[] {
    if (id.type === "Identifier") {
      if (init) this.#variables.set(id.name, init);
      else this.#declared.add(id.name);
      return [id.name];
    }
    const names = patternNames(id);
    for (const name of names) if (init) this.#variables.set(name, id);
    return names;
  }

  #other(node: Node, what: string): void {
    this.#others.push({ node, what });
  }
}

function importedName(specifier: Extract<Statement, { type: "ImportDeclaration" }>["specifiers"][number]): string {
  if (specifier.type === "ImportDefaultSpecifier") return "default";
  if (specifier.type === "ImportNamespaceSpecifier") return "*";
  if (specifier.importKind === "type") return "";
  return specifier.imported.type === "Identifier" ? specifier.imported.name : specifier.imported.value;
}

function patternNames(pattern: Node): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((each) =>
        patternNames(each.type === "RestElement" ? each.argument : each.value),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((each) => (each ? patternNames(each) : []));
    case "AssignmentPattern":
      return patternNames(pattern.left);
    case "RestElement":
      return patternNames(pattern.argument);
    default:
      return [];
  }
}
