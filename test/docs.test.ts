// The documentation is true where a machine can tell: links, anchors, commands, config keys, paths, snippets.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { parse } from "yaml";

const repository = join(__dirname, "..");
/** Fixtures are what they test; templates become files of another project. */
const skipped = /^(node_modules|dist|fixtures|templates|coverage|mirrors|\..*)$/;

/** Files of the repository, relative to it. */
function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(repository, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.test(entry.name) ? [] : filesBelow(path, ending);
    return entry.name.endsWith(ending) ? [path] : [];
  });
}

const read = (path: string) => readFileSync(join(repository, path), "utf8");
const pages = filesBelow("", ".md").sort();

const fence = /^(`{3,})(\S*)[^\n]*\n([\s\S]*?)^\1[ \t]*$/gm;
const withoutCode = (text: string) => text.replace(fence, "").replace(/`[^`\n]*`/g, "");

interface Snippet {
  language: string;
  code: string;
  line: number;
}

function snippetsOf(page: string): Snippet[] {
  const text = read(page);
  return [...text.matchAll(fence)].map(({ index, 2: language = "", 3: code = "" }) => ({
    language,
    code,
    line: text.slice(0, index).split("\n").length + 1,
  }));
}

/** As GitHub makes them: lower case, `-` for spaces, without other signs, numbered when they come again. */
function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  const seen = new Map<string, number>();
  for (const [, heading = ""] of read(page)
    .replace(fence, "")
    .matchAll(/^#{1,6} +(.*?) *#*$/gm)) {
    const text = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = text.replace(/[^\p{L}\p{N}_ -]/gu, "").replaceAll(" ", "-");
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    anchors.add(times === 0 ? slug : `${slug}-${times}`);
  }
  return anchors;
}

/** Why a link of a page leads nowhere; undefined where it leads somewhere. */
function faultOf(page: string, link: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(link)) return undefined;
  const [path = "", anchor] = link.split("#");
  const target = path ? join(dirname(page), decodeURIComponent(path)) : page;
  if (!existsSync(join(repository, target))) return `${link}: there is no ${target}`;
  if (relative(repository, join(repository, target)).startsWith("..")) return `${link}: outside of the repository`;
  if (anchor === undefined || (target.endsWith(".md") && anchorsOf(target).has(anchor))) return undefined;
  return `${link}: ${target} has no heading for #${anchor}`;
}

test.each(pages)("%s: its links lead somewhere", (page) => {
  const text = withoutCode(read(page));
  const links = [...text.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g), ...text.matchAll(/^\[[^\]]+\]: +<?(\S+?)>?$/gm)];
  expect(links.flatMap(([, link = ""]) => faultOf(page, link) ?? [])).toEqual([]);
});

test("every `npm run` command that is mentioned exists", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const mentioned = pages.flatMap((page) => [...read(page).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name]) => name));
  expect(mentioned.length).toBeGreaterThan(0);
  expect(mentioned.filter((name) => name === undefined || !Object.hasOwn(scripts, name))).toEqual([]);
});

test("every config key that is mentioned is declared in Pulumi.yaml", () => {
  const declared = Object.keys((parse(read("Pulumi.yaml")) as { config: object }).config);
  const keys = pages.flatMap((page) => {
    const commands = read(page).matchAll(
      /\bpulumi config (?:set|get|rm)((?: +(?:--stack \S+|--\w[\w-]*))*) +([^\s`]+)/g,
    );
    return [...commands].map(([, , key = ""]) => /^["']?([\w-]+)/.exec(key)?.[1] ?? key);
  });
  expect(new Set(keys)).toEqual(new Set(declared));
});

test("README.md describes every config key", () => {
  const declared = Object.keys((parse(read("Pulumi.yaml")) as { config: object }).config);
  const rows = [...read("README.md").matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key);
  expect(rows).toEqual(expect.arrayContaining(declared));
});

test("every path in AGENTS.md exists", () => {
  const rows = [...read("AGENTS.md").matchAll(/^\| `([^`]+)` \|/gm)].map(([, path = ""]) => path);
  const rest = [...read("AGENTS.md").matchAll(/`((?:provider|test|docs|tools|bench|stacks)\/[\w./-]+)`/g)];
  const paths = [...rows, ...rest.map(([, path = ""]) => path)].filter((path) => !path.startsWith("provider/dist"));
  expect(rows.length).toBeGreaterThan(10);
  expect(paths.filter((path) => !existsSync(join(repository, path)))).toEqual([]);
  const folders = rows.filter((path) => path.endsWith("/"));
  expect(folders.filter((path) => !statSync(join(repository, path)).isDirectory())).toEqual([]);
});

test("docs/architecture.md names every part of the house", () => {
  const named = [...read("docs/architecture.md").matchAll(/`([\w-]+)(?:\/|\.ts)`/g)].map(([, part]) => part);
  const parts = readdirSync(join(repository, "provider/src")).map((name) => name.replace(/\.ts$/, ""));
  expect(parts.filter((part) => !named.includes(part))).toEqual([]);
});

test("the TypeScript of the READMEs type-checks against the sources", () => {
  const snippets = new Map<string, string>();
  const origins = new Map<string, string>();
  for (const page of ["README.md", "provider/README.md"]) {
    for (const { code, line } of snippetsOf(page).filter(({ language }) => language === "ts")) {
      const file = join(repository, `snippet-${snippets.size}.ts`);
      snippets.set(file, code);
      origins.set(file, `${page}:${line}`);
    }
  }
  expect(snippets.size).toBeGreaterThanOrEqual(3);
  expect(problemsOf(snippets, origins)).toEqual([]);
});

function problemsOf(snippets: ReadonlyMap<string, string>, origins: ReadonlyMap<string, string>): string[] {
  const source = join(repository, "provider/src");
  const options: ts.CompilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    esModuleInterop: true,
    skipLibCheck: true,
    noEmit: true,
    types: ["node"],
    paths: {
      "pulumi-meshroom": [join(source, "index.ts")],
      "pulumi-meshroom/hooks": [join(source, "hooks/imported/api.ts")],
      "pulumi-meshroom/catalogue": [join(source, "hooks/imported/catalogue.ts")],
    },
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.getCurrentDirectory = () => repository;
  host.fileExists = (file) => snippets.has(file) || fileExists(file);
  host.readFile = (file) => snippets.get(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = snippets.get(file);
    return text === undefined
      ? getSourceFile(file, version, ...rest)
      : ts.createSourceFile(file, text, version, true, ts.ScriptKind.TS);
  };
  const program = ts.createProgram([...snippets.keys()], options, host);
  return [...snippets.keys()].flatMap((file) => {
    const parsed = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(parsed), ...program.getSemanticDiagnostics(parsed)];
    return found.map(({ messageText, start = 0 }) => {
      const line = parsed ? parsed.getLineAndCharacterOfPosition(start).line + 1 : 0;
      return `${origins.get(file)} (line ${line}): ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
  });
}
