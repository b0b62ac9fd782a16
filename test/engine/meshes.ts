// The Meshroom trees of the engine tests: products whose hooks put, ask for and delete things at a test vendor.

/** A hook file: set-up steps in order, each putting one thing; teardown deletes them; status asks for them. */
export function hookFile(options: {
  role: string;
  topic?: string;
  things: string[];
  setupOptions?: string;
  extra?: string;
}): string {
  const { role, topic = "events", things, setupOptions = "", extra = "" } = options;
  const scope = `role: "${role}", topic: "${topic}"`;
  const setups = things.map(
    (thing) => `
/** Put ${thing}. */
export const put${capital(thing)} = setup({ ${scope}${setupOptions} }, async (context) => call(context, "PUT", "${thing}"));`,
  );
  const teardowns = things.map(
    (thing) => `
/** Delete ${thing}. */
export const delete${capital(thing)} = teardown({ ${scope} }, async (context) => call(context, "DELETE", "${thing}"));`,
  );
  const statuses = things.map(
    (thing) => `
/** Ask for ${thing}. */
export const ask${capital(thing)} = status({ ${scope} }, async (context) => ask(context, "${thing}"));`,
  );
  return `import { type PlugContext, setup, status, teardown } from "pulumi-meshroom/hooks";

async function call({ instance, plug, log }: PlugContext, method: string, thing: string): Promise<void> {
  const body = method === "PUT" ? JSON.stringify({ level: instance.settings.level ?? null, before: plug.settings.count ?? 0 }) : undefined;
  const response = await fetch(\`\${instance.settings.url}/\${instance.name}/\${thing}\`, { method, body });
  if (!response.ok && !(method === "DELETE" && response.status === 404)) throw new Error(\`\${method} \${thing}: HTTP \${response.status} \${(await response.json()).error}\`);
  if (method === "PUT") {
    plug.settings.count = (plug.settings.count ?? 0) + 1;
    await plug.setSecret(\`\${thing}_key\`, \`made-for-\${thing}-canary\`);
    log.info(\`\${instance.name} has \${thing}\`);
  }
}

async function ask({ instance }: PlugContext, thing: string): Promise<boolean | string> {
  const response = await fetch(\`\${instance.settings.url}/\${instance.name}/\${thing}\`);
  if (!response.ok) return false;
  return (await response.json()).level === (instance.settings.level ?? null) || \`\${thing} has another level\`;
}
${[...setups, ...teardowns, ...statuses].join("\n")}
${extra}`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** An EDR that sends events to two SIEMs, pushed to one and pulled by the other. */
export function twoPlugs(url: string): Record<string, string> {
  const settings = "settings:\n  - { name: url, required: true }\n  - { name: level, type: integer }\n";
  return {
    "mesh/products/edr/definition.yaml": `${settings}  - { name: API_KEY, secret: true, required: true }\nproduces:\n  events: [{}]\n`,
    "mesh/products/edr/forward.ts": hookFile({ role: "producer", things: ["output"] }),
    "mesh/products/siem/definition.yaml": `${settings}consumes:\n  events: [{}]\n`,
    "mesh/products/siem/intake.ts": hookFile({ role: "consumer", things: ["intake", "parser"] }),
    ...instance("edr", "edge", { url }),
    ...instance("siem", "east", { url, level: 1 }),
    ...instance("siem", "west", { url, level: 1 }),
    "mesh/instances/edr/edge/plugs/east/events.yaml": "topic: events\n",
    "mesh/instances/edr/edge/plugs/west/events_pull.yaml": "topic: events\nmode: pull\n",
  };
}

export function instance(product: string, name: string, settings: Record<string, unknown>): Record<string, string> {
  return {
    [`mesh/instances/${product}/${name}/config.yaml`]: `name: ${name}\nproduct: ${product}\nsettings: ${JSON.stringify(settings)}\n`,
  };
}
