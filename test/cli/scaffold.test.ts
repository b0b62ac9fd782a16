// What `create integration` and `init --pulumi` write type-checks, for every role.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import * as ts from "typescript";
import { meshroom, Playground } from "./transcript";

const source = join(__dirname, "../../provider/src");

let playground: Playground;

beforeAll(() => {
  playground = new Playground("soc");
  for (const role of ["producer", "consumer", "trigger", "executor"]) {
    run("create", "integration", "firewall", "siem", `odd-topic_${role}`, role, "-m", "pull");
  }
  execFileSync("git", ["init", "--quiet"], { cwd: playground.root });
  run("init", "--pulumi");
});

afterAll(() => playground.remove());

function run(...args: string[]): void {
  execFileSync(process.execPath, [meshroom, ...args], {
    cwd: playground.root,
    env: playground.environment,
    stdio: "pipe",
  });
}

test("the hook files and the program type-check as strictly as this repository", () => {
  const folder = join(playground.root, "products/firewall/integrations/siem");
  const files = ts.sys.readDirectory(folder, [".ts"]);
  expect(files).toHaveLength(4);
  const program = ts.createProgram([...files, join(playground.root, "index.ts")], {
    strict: true,
    noUnusedLocals: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    esModuleInterop: true,
    types: ["node"],
    typeRoots: [join(__dirname, "../../node_modules/@types")],
    baseUrl: join(__dirname, "../.."),
    paths: {
      "pulumi-meshroom": [join(source, "index.ts")],
      "pulumi-meshroom/hooks": [join(source, "hooks/imported/api.ts")],
    },
  });
  const problems = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText, file }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  expect(problems).toEqual([]);
});
