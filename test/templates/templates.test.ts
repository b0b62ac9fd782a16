// The templates of `create product`: what there is, that it loads in silence, and that its hooks are sound.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { listTemplates, readTemplate } from "../../provider/src/actions/files/product-templates";
import type { HookKind } from "../../provider/src/model/hook";
import type { Project } from "../../provider/src/model/types";
import { TemplateMesh } from "./template-mesh";

const categories = [
  "adversarial_exposure_validation",
  "assistant",
  "attack_surface_assessment",
  "caasm",
  "csma",
  "cyber_physical_systems",
  "dfir",
  "drp",
  "easm",
  "edr",
  "email_security",
  "exposure_assessment",
  "firewall",
  "itdr",
  "mdr",
  "monitoring",
  "ndr",
  "penetration_testing",
  "siem",
  "soar",
  "sse",
  "telemetry_pipeline",
  "threat_exposure_management",
  "tip",
  "vulnerability_scanner",
  "waf",
  "xdr",
];

let mesh: TemplateMesh;
let project: Project;

beforeAll(() => {
  mesh = new TemplateMesh();
  project = mesh.load();
});

afterAll(() => mesh.remove());

test("there is one template for each category", () => {
  expect(listTemplates().map(({ name }) => name)).toEqual(categories);
});

test("each has a title and a description of its own", () => {
  for (const key of ["title", "description"] as const) {
    const texts = listTemplates().map((template) => template[key]);
    expect(texts).toEqual(texts.filter((text) => text.length > 2));
    expect(new Set(texts).size).toBe(categories.length);
  }
});

test("a name that is no template gives no files", () => {
  for (const name of ["nothing", "", "..", "../product-starter", "edr/"]) {
    expect(readTemplate(name, "mine")).toBeUndefined();
  }
});

test("the new product's name is filled in, and nothing is left to fill in", () => {
  const files = readTemplate("edr", "my edr") ?? [];
  expect(files.map(({ path }) => path)).toEqual([
    "products/my edr/definition.yaml",
    "products/my edr/README.md",
    "products/my edr/client/api.ts",
    "products/my edr/client/ends.ts",
    "products/my edr/produce.ts",
    "products/my edr/consume.ts",
    "products/my edr/trigger.ts",
    "products/my edr/execute.ts",
  ]);
  expect(files.find(({ path }) => path.endsWith("consume.ts"))?.text).toMatch(/^\/\/ How my edr takes data in/);
  for (const path of mesh.files) expect(readFileSync(join(mesh.root, path), "utf8")).not.toContain("{{");
});

test("all load without a diagnostic", () => {
  expect(project.diagnostics).toEqual([]);
  expect([...project.products.keys()].sort()).toEqual(categories);
});

test("every capability says what it is for, every setting what it means", () => {
  const silent = [...project.products.values()].flatMap(({ name, capabilities, settings }) => [
    ...capabilities
      .filter(({ details }) => typeof details.description !== "string" || !/^[A-Z].*\.$/.test(details.description))
      .map(({ role, topic }) => `${name} ${role} ${topic}`),
    ...settings.filter(({ description }) => !description?.endsWith(".")).map((setting) => `${name} ${setting.name}`),
  ]);
  expect(silent).toEqual([]);
});

test("every product has an address and a secret key", () => {
  for (const { settings } of project.products.values()) {
    const required = settings.filter((setting) => setting.required).map(({ name, secret }) => [name, secret]);
    expect(required).toEqual([
      ["url", false],
      ["API_KEY", true],
    ]);
  }
});

test("all hook files pass the compiler", () => {
  const repository = join(__dirname, "../..");
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...(ts.readConfigFile(join(repository, "tsconfig.json"), ts.sys.readFile).config as { compilerOptions: object })
        .compilerOptions,
      noCheck: false,
      noUnusedLocals: true,
      types: ["node"],
      typeRoots: [join(repository, "node_modules/@types")],
      paths: { "pulumi-meshroom/hooks": [join(repository, "provider/src/hooks/imported/api.ts")] },
    },
    repository,
  );
  const files = mesh.files.filter((path) => path.endsWith(".ts")).map((path) => join(mesh.root, path));
  const program = ts.createProgram(files, options);
  const problems = ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  expect(problems).toEqual([]);
  expect(files.length).toBeGreaterThan(3 * categories.length);
});

test("the hook host finds setup, teardown and status for every capability, in both modes", () => {
  const described = mesh.describe(project);
  const missing = [...project.products.values()].flatMap(({ name, hookFiles, capabilities }) => {
    const hooks = hookFiles.flatMap((file) => {
      const found = described.get(file);
      return found && "hooks" in found ? found.hooks : [];
    });
    return capabilities.flatMap(({ role, topic, constraints }) => {
      const modes = constraints.mode ? [constraints.mode] : ["push", "pull"];
      const kinds: HookKind[] = ["setup", "teardown", "status"];
      return modes.flatMap((mode) =>
        kinds
          .filter((kind) => !hooks.some((hook) => hook.kind === kind && hook.role === role && hook.mode === mode))
          .map((kind) => `${name}: no ${kind} hook for ${role} of ${topic} in mode ${mode}`),
      );
    });
  });
  expect(missing).toEqual([]);
  expect([...described.values()].filter((file) => "problem" in file)).toEqual([]);
});
