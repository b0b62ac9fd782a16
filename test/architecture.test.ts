// The house's rules: who imports whom (docs/architecture.md), how long a file may be, and how tests wait.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

const source = join(__dirname, "../provider/src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .sort();

interface Import {
  specifier: string;
  /** Relative to provider/src, for a file of our own. */
  file?: string;
  /** Gone once compiled. */
  typeOnly: boolean;
  /** `import()` and `require()`: not loaded with the file. */
  lazy: boolean;
}

/** Every import of a file, in whatever form. */
function importsOf(file: string): Import[] {
  const parsed = ts.createSourceFile(file, readFileSync(join(source, file), "utf8"), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean, lazy: boolean) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    found.push({ specifier: specifier.text, file: ownFile(file, specifier.text), typeOnly, lazy });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause), false);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly, false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true, false);
    else if (ts.isCallExpression(node) && /^(import|require)$/.test(node.expression.getText()))
      add(node.arguments[0], false, true);
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  return found;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  const names = clause.namedBindings;
  const allTypes = names !== undefined && ts.isNamedImports(names) && names.elements.every((name) => name.isTypeOnly);
  return clause.isTypeOnly || (!clause.name && allTypes && ts.isNamedImports(names) && names.elements.length > 0);
}

function ownFile(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const base = join(source, dirname(from), specifier);
  const path = [`${base}.ts`, join(base, "index.ts"), base.replace(/\.js$/, ".ts")].find(existsSync);
  if (!path) throw new Error(`${from} imports ${specifier}, which is no file of provider/src`);
  return relative(source, path);
}

/** All that is loaded with a file: our own files, and the packages that they import. */
function closureOf(entry: string): { own: Set<string>; packages: Set<string> } {
  const own = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (own.has(file)) return;
    own.add(file);
    for (const each of importsOf(file)) {
      if (each.typeOnly || each.lazy) continue;
      if (each.file) visit(each.file);
      else packages.add(each.specifier);
    }
  };
  visit(entry);
  return { own, packages };
}

const partOf = (file: string) => (file.includes("/") ? (file.split("/")[0] as string) : file.replace(/\.ts$/, ""));

/** Of these the command line may know types. */
const onlyTypes: readonly string[] = ["model", "graph"];

/** What each part may import besides itself: parts, or a file of one. */
const allowed: Record<string, readonly string[]> = {
  base: ["diagnostic"],
  diagnostic: ["base/visible.ts"],
  model: ["base", "diagnostic"],
  secrets: ["base", "diagnostic"],
  graph: ["model", "base", "diagnostic"],
  hooks: ["model", "secrets", "base", "diagnostic"],
  pictures: ["model", "base", "diagnostic"],
  mesh: ["graph", "hooks", "secrets", "model", "base", "diagnostic"],
  review: ["mesh", "pictures", "graph", "hooks", "secrets", "model", "base", "diagnostic"],
  resources: ["mesh", "graph", "hooks", "secrets", "model", "base", "diagnostic"],
  actions: ["mesh", "review", "pictures", "graph", "hooks", "secrets", "model", "base", "diagnostic"],
  cli: ["actions", "mesh", "review", "pictures", "base", "diagnostic", ...onlyTypes, "inline-program"],
  index: ["resources"],
  lifecycle: ["resources"],
  // What a project without a Pulumi program runs: the one way from the command line to the resources.
  "inline-program": ["index"],
};

test.each(files)("%s imports only what its part may", (file) => {
  const part = partOf(file);
  const may = allowed[part];
  if (!may) throw new Error(`${file} belongs to no part of the house`);
  const wrong = importsOf(file).filter((each) => {
    if (!each.file) return false;
    const other = partOf(each.file);
    if (may.includes(each.file)) return false;
    return other !== part && (!may.includes(other) || (part === "cli" && onlyTypes.includes(other) && !each.typeOnly));
  });
  expect(wrong.map((each) => each.specifier)).toEqual([]);
});

test.each(["index.ts", "lifecycle.ts"])("%s only re-exports", (file) => {
  const parsed = ts.createSourceFile(file, readFileSync(join(source, file), "utf8"), ts.ScriptTarget.Latest);
  expect(parsed.statements.filter((each) => !ts.isExportDeclaration(each) || !each.moduleSpecifier)).toEqual([]);
});

test("a hook host loads nothing of Pulumi, nor of what works with it", () => {
  const { own, packages } = closureOf("hooks/hosts/typescript-host.ts");
  expect([...packages].filter((name) => name.startsWith("@pulumi/"))).toEqual([]);
  expect([...own].map(partOf).filter((part) => part !== "hooks")).toEqual([]);
});

test("hook files load nothing but the functions that make hooks", () => {
  const { own, packages } = closureOf("hooks/imported/api.ts");
  expect([[...own], [...packages]]).toEqual([["hooks/imported/api.ts"], []]);
});

test("a Pulumi program does not load the hook host", () => {
  const { own, packages } = closureOf("index.ts");
  expect([...own].filter((file) => /-host\.ts$|host-(pool|process)/.test(file))).toEqual([]);
  expect([...packages]).not.toContain("jiti");
});

test.each(files)("%s has at most 350 lines", (file) => {
  expect(readFileSync(join(source, file), "utf8").split("\n").length - 1).toBeLessThanOrEqual(350);
});

test("no test has a time limit of its own: jest's, which test/limits.ts sets, grows with the load", () => {
  const tests = readdirSync(__dirname, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".test.ts"),
  );
  const ends = /^\s*\}, [\d_]{4,}\);$/m;
  expect(tests.filter((file) => ends.test(readFileSync(join(__dirname, file), "utf8")))).toEqual([]);
});
