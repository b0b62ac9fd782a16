// Whole trees: each folder of fixtures is a case, and loads with what its golden file says.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadProject } from "../../provider/src/model/load-project";
import type { Project } from "../../provider/src/model/types";
import { casesIn, expectGolden, fixture, printed } from "./fixtures";

describe("a tree with a fault", () => {
  test.each(casesIn("invalid"))("%s", (name) => {
    const root = fixture("invalid", name);
    const project = loadProject(root);
    expectGolden(join(root, "expected.txt"), printed(project.diagnostics, root));
    expect(project.diagnostics.map(({ code }) => code)).toContain(name.split("-")[0]);
  });

  test.each(casesIn("invalid"))("%s shows no secret, and keeps none", (name) => {
    const project = loadProject(fixture("invalid", name));
    const everything = JSON.stringify({ ...project, products: [...project.products.values()] });
    expect(everything).not.toContain("canary");
  });

  test("has each problem in the project and, but for folders, with what it belongs to", () => {
    const project = loadProject(fixture("invalid", "PLUG_DUPLICATE"));
    const owned = project.plugs.flatMap(({ problems }) => problems);
    expect(owned).toEqual(project.diagnostics);
  });

  test("still loads all the rest", () => {
    const project = loadProject(fixture("invalid", "YAML_SYNTAX-quote"));
    expect(project.products.get("siem")?.capabilities).toHaveLength(1);
    expect(project.products.get("siem")?.problems).toEqual([]);
  });
});

describe("a sound tree", () => {
  test.each(casesIn("meshes"))("%s loads in silence", (name) => {
    const root = fixture("meshes", name);
    const project = loadProject(root);
    expect(printed(project.diagnostics, root)).toBe("");
    expectGolden(join(root, "expected.json"), `${JSON.stringify(summaryOf(project), withoutPlaces, 2)}\n`);
  });
});

test("every folder of a case is a tree, not a stray file", () => {
  for (const folder of ["invalid", "meshes"]) {
    for (const entry of readdirSync(fixture(folder), { withFileTypes: true }))
      expect([entry.name, entry.isDirectory()]).toEqual([entry.name, true]);
  }
});

test("every folder of fixtures is named by a test", () => {
  const tests = readdirSync(join(__dirname, ".."), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => readFileSync(join(__dirname, "..", path), "utf8"));
  for (const name of readdirSync(fixture())) {
    expect([name, tests.some((text) => text.includes(`"${name}"`) || text.includes(`fixtures/${name}`))]).toEqual([
      name,
      true,
    ]);
  }
});

test("the canary is really written in the cases that look for it", () => {
  const text = readFileSync(fixture("invalid", "SECRET_IN_CLEAR", "instances", "edr", "agents", "config.yaml"), "utf8");
  expect(text).toContain("canary-of-a-secret");
});

function summaryOf({ constraints, products, instances, plugs }: Project): unknown {
  return { constraints, products: [...products.values()], instances, plugs };
}

function withoutPlaces(key: string, value: unknown): unknown {
  return ["at", "places", "problems"].includes(key) ? undefined : value;
}
