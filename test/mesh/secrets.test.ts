// The one list of a mesh's secrets.
import { isResolved, resolveEnds } from "../../provider/src/graph/resolve-plug";
import { MeshSecrets } from "../../provider/src/mesh/secrets";
import { loadProject } from "../../provider/src/model/load-project";
import { secretName } from "../../provider/src/secrets/sources";
import { withTree } from "../model/fixtures";

const accounts = `settings:
  - name: accounts
    type: array
    items:
      type: object
      properties:
        - { name: user }
        - { name: token, secret: true, required: true }
`;

test("a list at both ends of a plug has the secrets of the longer one, each once", () => {
  const tree = {
    "products/edr/definition.yaml": "produces:\n  events: [{}]\n",
    "products/edr/integrations/siem/events_producer.yaml": accounts,
    "products/siem/definition.yaml": "consumes:\n  events: [{}]\n",
    "products/siem/integrations/edr/events_consumer.yaml": accounts,
    "instances/edr/edge/config.yaml": "{}\n",
    "instances/siem/desk/config.yaml": "{}\n",
    "instances/edr/edge/plugs/desk/events.yaml":
      "src_config:\n  accounts: [{ user: a }, { user: b }, { user: c }]\ndst_config:\n  accounts: [{ user: d }]\n",
  };
  withTree(tree, (root) => {
    const project = loadProject(root);
    const [plug] = project.plugs;
    const ends = plug && resolveEnds(project, plug);
    if (!plug || !ends || !isResolved(ends)) throw new Error(JSON.stringify(project.diagnostics));
    const secrets = new MeshSecrets(project);
    const names = [0, 1, 2].map((index) => `events: edge -> desk.accounts.${index}.token`);
    expect(secrets.all.map(({ id }) => secretName(id))).toEqual(names);
    expect(secrets.all.map(({ isRequired }) => isRequired)).toEqual([true, true, true]);
    const planned = secrets.ofPlug(plug, ends);
    expect([planned.ids.map(secretName), planned.required]).toEqual([names, names]);
  });
});
