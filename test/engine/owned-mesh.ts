// The smallest mesh that can go wrong half-way: `edge` sends alerts to `core`, whose two set-up steps own both ends. No status hooks.
import { instance } from "./meshes";

export const PLUG = "alerts: edge -> core";

/** Every set-up step in order, and the reverse. */
export const SETUP = ["PUT /core/intake", "PUT /core/route"];
export const TEARDOWN = ["DELETE /core/route", "DELETE /core/intake"];

export function ownedMesh(url: string, settings: Record<string, unknown> = {}): Record<string, string> {
  return {
    "mesh/products/sensor/definition.yaml": "produces:\n  alerts: [{}]\n",
    "mesh/products/siem/definition.yaml":
      "settings:\n  - { name: url, required: true }\n  - { name: zone }\n  - { name: level, type: integer }\nconsumes:\n  alerts: [{}]\n",
    "mesh/products/siem/intake.ts": `import { type PlugContext, setup, teardown } from "pulumi-meshroom/hooks";

async function call({ instance, plug }: PlugContext, method: string, thing: string): Promise<void> {
  const { level = null, zone = null } = instance.settings;
  const body = method === "PUT" ? JSON.stringify({ level, zone, plug: plug.name }) : undefined;
  const response = await fetch(\`\${instance.settings.url}/\${instance.name}/\${thing}\`, { method, body });
  if (!response.ok && !(method === "DELETE" && response.status === 404)) throw new Error(\`\${method} \${thing}: HTTP \${response.status}\`);
}

/** Open the intake. */
export const open = setup({ ownsBoth: true }, (context) => call(context, "PUT", "intake"));

/** Route to it. */
export const route = setup({ ownsBoth: true }, (context) => call(context, "PUT", "route"));

/** Close the intake. */
export const close = teardown({}, (context) => call(context, "DELETE", "intake"));

/** Drop the route. */
export const drop = teardown({}, (context) => call(context, "DELETE", "route"));
`,
    ...instance("sensor", "edge", {}),
    ...instance("siem", "core", { url, ...settings }),
    "mesh/instances/sensor/edge/plugs/core/alerts.yaml": "topic: alerts\n",
  };
}
