// What a stack plans of a project.

import { isError } from "../../provider/dist/diagnostic";
import { unpackPlan } from "../../provider/dist/mesh/pack-plan";
import { loadProject } from "../../provider/dist/model/load-project";
import type { MeshConfig } from "../../provider/dist/resources/mesh-config";
import { planMesh } from "../../provider/dist/resources/plan-mesh";
import { withTree } from "../model/fixtures";

const integration = (name: string) => `settings:\n  - { name: ${name}, type: string, secret: true }\n`;
const hook = (role: string) => `import { setup } from "pulumi-meshroom/hooks";
export const connect = setup({ role: "${role}" }, () => {});
`;
const tree = {
  "products/edr/definition.yaml": "produces:\n  events: [{}]\n",
  "products/edr/integrations/siem/events_producer.yaml": integration("KEY"),
  "products/edr/hooks.ts": hook("producer"),
  "products/siem/definition.yaml": "consumes:\n  events: [{}]\n",
  "products/siem/hooks.ts": hook("consumer"),
  "instances/edr/a/config.yaml": "product: edr\n",
  "instances/edr/a/plugs/b_c/events.yaml": "topic: events\n",
  "instances/edr/a_b/config.yaml": "product: edr\n",
  "instances/edr/a_b/plugs/c/events.yaml": "topic: events\n",
  "instances/siem/b_c/config.yaml": "product: siem\n",
  "instances/siem/c/config.yaml": "product: siem\n",
};

function stack(over: Partial<MeshConfig> = {}): MeshConfig {
  return {
    instances: undefined,
    settings: {},
    secrets: {},
    isFromProgram: () => false,
    file: "Pulumi.lab.yaml",
    adopt: true,
    computed: "run",
    secretKey: "secrets",
    ...over,
  };
}

test.each([[undefined], [["a", "b_c"]]])(
  "secrets are told apart by names of the whole project in stack %p",
  (chosen) => {
    withTree(tree, (root) => {
      const config = stack({ instances: chosen && new Set(chosen) });
      const { plugs, others } = planMesh(loadProject(root), config, "mesh");
      expect(plugs.length).toBe(chosen ? 1 : 2);
      const ids = plugs.flatMap(({ inputs }) => unpackPlan(inputs?.__plan ?? "").secretIds);
      expect(ids.map(({ name, isShared }) => [name, isShared])).toEqual(plugs.map(() => ["KEY", true]));
      // In the store, and in the environment.
      expect(others.map(({ code }) => code)).toEqual(["SECRET_NAME_SHARED", "SECRET_NAME_SHARED"]);
      expect(others[1]?.summary).toMatch(/would share the environment variable `MESHROOM_SECRET_\w+`/);
    });
  },
);

describe("what has a problem is left alone, with all that depends on it and nothing else", () => {
  /** `edr` sends to two products; `a` is its only instance that has plugs. */
  const whole = {
    "products/edr/definition.yaml": "settings:\n  - { name: level, type: integer }\nproduces:\n  events: [{}]\n",
    "products/edr/hooks.ts": hook("producer"),
    "products/edr/integrations/siem/events_producer.yaml": "settings: []\n",
    "products/siem/definition.yaml": "consumes:\n  events: [{}]\n",
    "products/siem/hooks.ts": hook("consumer"),
    "products/lake/definition.yaml": "consumes:\n  events: [{}]\n",
    "products/lake/hooks.ts": hook("consumer"),
    "instances/edr/a/config.yaml": "product: edr\n",
    "instances/edr/b/config.yaml": "product: edr\n",
    "instances/siem/s/config.yaml": "product: siem\n",
    "instances/lake/l/config.yaml": "product: lake\n",
    "instances/edr/a/plugs/s/events.yaml": "topic: events\n",
    "instances/edr/a/plugs/l/events.yaml": "topic: events\n",
    "instances/edr/b/plugs/l/events.yaml": "topic: events\n",
  };
  const [as, al, bl] = ["events: a -> s", "events: a -> l", "events: b -> l"];

  test.each<[string, Record<string, string>, Partial<MeshConfig>, string[]]>([
    ["nothing", {}, {}, []],
    ["a product's manifest", { "products/siem/definition.yaml": "consumes: 5\n" }, {}, ["siem", "s", as]],
    ["a product of both", { "products/edr/definition.yaml": "produces: [\n" }, {}, ["edr", "a", "b", al, as, bl]],
    ["an instance's manifest", { "instances/edr/a/config.yaml": "settings: { level: high }\n" }, {}, ["a", al, as]],
    ["an override in the stack", {}, { settings: { a: { level: "high" } } }, ["a", al, as]],
    ["a plug's manifest", { "instances/edr/a/plugs/s/events.yaml": "topic: events\nmode: sideways\n" }, {}, [as]],
    ["a hook file", { "products/siem/hooks.ts": "throw new Error('no');\n" }, {}, [as]],
    [
      "no hook",
      { "products/lake/hooks.ts": "export {};\n", "products/edr/hooks.ts": "export {};\n" },
      {},
      [al, as, bl],
    ],
    ["an unknown product", { "instances/none/n/config.yaml": "product: none\n" }, {}, ["none", "n"]],
    [
      "a product that no instance of the stack uses",
      { "products/siem/definition.yaml": "consumes: 5\n" },
      { instances: new Set(["b", "l"]) },
      [],
    ],
  ])("%s", (_, files, config, expected) => {
    withTree({ ...whole, ...files }, (root) => {
      const plan = planMesh(loadProject(root), stack(config), "mesh");
      const broken = [...plan.products, ...plan.instances, ...plan.plugs].filter(({ problems }) =>
        problems.some(isError),
      );
      expect(broken.map(({ name }) => name)).toEqual(expected);
    });
  });
});
