// What the set-up hooks of existing Python projects say about a product whose manifest is silent.
import { withImpliedCapabilities } from "../../provider/src/hooks/describing/implied-capabilities";
import type { HookDescription } from "../../provider/src/model/hook";
import type { Product, Project } from "../../provider/src/model/types";

const at = { file: "products/siem/definition.yaml", line: 1, column: 1 };
const product = {
  name: "siem",
  hookFiles: ["products/siem/setup.py", "products/siem/setup.ts"],
  capabilities: [
    { product: "siem", role: "consumer", topic: "alerts", constraints: { format: "json" }, details: {}, at },
  ],
} as unknown as Product;
const project = { products: new Map([["siem", product]]) } as unknown as Project;

function implied(file: string, hook: Partial<HookDescription>) {
  const described = new Map([[file, { hooks: [{ kind: "setup", role: "consumer", ...hook } as HookDescription] }]]);
  const { capabilities = [] } = withImpliedCapabilities(project, described).products.get("siem") ?? {};
  return capabilities.slice(1).map(({ role, topic, constraints }) => ({ role, topic, constraints }));
}

const python = "products/siem/setup.py";

test("a Python set-up hook declares its role, topic, mode and format", () => {
  expect(implied(python, { topic: "events" })).toEqual([{ role: "consumer", topic: "events", constraints: {} }]);
  expect(implied(python, { role: "trigger", mode: "pull", format: "cef" })).toEqual([
    { role: "trigger", topic: undefined, constraints: { mode: "pull", format: "cef" } },
  ]);
});

test.each<[string, string, Partial<HookDescription>]>([
  ["loosens what the manifest says", python, { topic: "alerts" }],
  ["of any topic adds to a role that the manifest has", python, {}],
  ["of teardown declares anything", python, { kind: "teardown", topic: "events" }],
  ["in TypeScript does", "products/siem/setup.ts", { topic: "events" }],
])("no hook %s", (_, file, hook) => {
  expect(implied(file, hook)).toEqual([]);
});
