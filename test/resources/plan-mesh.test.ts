// What a stack plans of a project.

import { unpackPlan } from "../../provider/dist/mesh/pack-plan";
import { loadProject } from "../../provider/dist/model/load-project";
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

test.each([[undefined], [["a", "b_c"]]])(
  "secrets are told apart by names of the whole project in stack %p",
  (chosen) => {
    withTree(tree, (root) => {
      const config = {
        instances: chosen && new Set(chosen),
        settings: {},
        secrets: {},
        adopt: true,
        computed: "run" as const,
        secretKey: "secrets",
      };
      const { plugs, others } = planMesh(loadProject(root), config, "mesh");
      expect(plugs.length).toBe(chosen ? 1 : 2);
      const ids = plugs.flatMap(({ inputs }) => unpackPlan(inputs?.__plan ?? "").secretIds);
      expect(ids.map(({ name, isShared }) => [name, isShared])).toEqual(plugs.map(() => ["KEY", true]));
      expect(others.map(({ code }) => code)).toEqual(["SECRET_NAME_SHARED"]);
    });
  },
);
