// What the hook files of a new product do: any two products made from templates can be plugged, in either mode.
import { HostPool } from "../../provider/dist/hooks/hosts/host-pool";
import type { Json } from "../../provider/src/base/json";
import { isResolved, type ResolvedPlug, resolvePlug, type Step } from "../../provider/src/graph/resolve-plug";
import { selectHooks } from "../../provider/src/hooks/describing/select";
import type { HookDescription, HookKind } from "../../provider/src/model/hook";
import { patience } from "../patience";
import { TemplateMesh } from "./template-mesh";
import { Tenant } from "./tenant";

let mesh: TemplateMesh;
let pool: HostPool;
let tenants: { source: Tenant; destination: Tenant };
const settings: Record<string, Json> = {};
const secrets = new Map<string, string>();

beforeAll(async () => {
  mesh = new TemplateMesh();
  pool = new HostPool(mesh.root);
  tenants = { source: await Tenant.start(), destination: await Tenant.start() };
});

beforeEach(() => {
  secrets.clear();
  for (const name of Object.keys(settings)) delete settings[name];
  for (const tenant of Object.values(tenants)) tenant.collections.clear();
});

afterAll(async () => {
  pool.close();
  await Promise.all([tenants.source.stop(), tenants.destination.stop()]);
  mesh.remove();
});

/** A plug as it is resolved from the tree, between instances that are named as their products are. */
function plugBetween(source: string, destination: string, topic: string, mode: string): ResolvedPlug {
  for (const name of [source, destination]) {
    mesh.write(`instances/${name}/${name}/config.yaml`, "settings:\n  url: http://tenant.example\n");
  }
  const manifest = `instances/${source}/${source}/plugs/${destination}/${topic}.yaml`;
  mesh.write(manifest, `mode: ${mode}\n`);
  const project = mesh.load();
  expect(project.diagnostics).toEqual([]);
  const described = mesh.describe(project);
  const plug = project.plugs.find((each) => each.manifest === manifest);
  if (!plug) throw new Error("the plug is not there");
  const resolved = resolvePlug(project, plug, (end) => ({
    setup: selectHooks("setup", end, described),
    teardown: selectHooks("teardown", end, described),
    status: selectHooks("status", end, described),
  }));
  if (!isResolved(resolved)) throw new Error(JSON.stringify(resolved.problems));
  return resolved;
}

/** Runs one hook by the compiled host, as its end. */
async function run(
  plug: ResolvedPlug,
  side: Step["side"],
  hook: HookDescription,
  more: object = {},
): Promise<Json | undefined> {
  const other = side === "source" ? "destination" : "source";
  const instance = (end: Step["side"]) => {
    const { name, product } = plug[end].instance;
    return { name, product, settings: { url: tenants[end].url, size: 3 } };
  };
  const answer = await pool.run({
    title: hook.title,
    timeout: patience() / 1000,
    request: {
      type: "invoke",
      root: mesh.root,
      file: hook.file,
      export: hook.export,
      kind: hook.kind,
      context: {
        instance: instance(side),
        peer: instance(other),
        role: plug[side].role,
        plug: {
          name: `${plug.topic}: source -> destination`,
          topic: plug.topic,
          mode: plug.mode,
          constraints: plug.constraints,
          source: "source",
          destination: "destination",
          src_config: {},
          dst_config: {},
          settings,
        },
        ...more,
      },
    },
    secret: async (scope, name) => (scope === "plug" ? secrets.get(name) : tenants[side].key) ?? "",
    onSettings: (changed) => void Object.assign(settings, changed),
    onSetSecret: (name, value) => void secrets.set(name, value ?? ""),
  });
  return "value" in answer ? answer.value : undefined;
}

async function runAll(plug: ResolvedPlug, steps: readonly Step[]): Promise<(Json | undefined)[]> {
  const answers: (Json | undefined)[] = [];
  for (const { side, hook } of steps) answers.push(await run(plug, side, hook));
  return answers;
}

function hookOf(product: string, kind: HookKind): HookDescription {
  const project = mesh.load();
  for (const file of mesh.describe(project).values()) {
    const found =
      "hooks" in file && file.hooks.find((hook) => hook.kind === kind && hook.file.includes(`/${product}/`));
    if (found) return found;
  }
  throw new Error(`${product} has no ${kind} hook`);
}

test.each([
  ["edr", "siem", "events", "push", "outputs", "intakes", "destination"],
  ["tip", "edr", "iocs", "pull", "subscriptions", "sources", "source"],
  ["soar", "edr", "contain", "push", "connectors", "action-keys", "destination"],
  ["siem", "soar", "run_playbook", "pull", "order-queues", "order-sources", "source"],
] as const)("%s -> %s, %s in mode %s", async (source, destination, topic, mode, atSource, atDestination, waiting) => {
  const plug = plugBetween(source, destination, topic, mode);
  const active = waiting === "source" ? "destination" : "source";
  expect(plug.setup.map(({ side }) => side)).toEqual([waiting, active]);

  await runAll(plug, plug.setup);
  await runAll(plug, plug.setup);
  const made = { source: tenants.source.list(atSource), destination: tenants.destination.list(atDestination) };
  expect([made.source.length, made.destination.length]).toEqual([1, 1]);
  expect(made[waiting][0]).toMatchObject({ topic, options: { size: 3 } });
  expect(made[active][0]).toMatchObject({ url: made[waiting][0]?.url, token: made[waiting][0]?.key });
  expect(await runAll(plug, plug.status)).toEqual([true, true]);

  const path = waiting === "source" ? atDestination : atSource;
  for (const entry of tenants[active].list(path)) entry.url = "http://elsewhere.example";
  expect(await runAll(plug, plug.status)).toContainEqual(expect.stringMatching(/^its url is http:\/\/elsewhere/));
  tenants[waiting].collections.clear();
  expect(await runAll(plug, plug.status)).toContain(false);

  await runAll(plug, plug.teardown);
  await runAll(plug, plug.teardown);
  expect([...tenants.source.list(atSource), ...tenants.destination.list(atDestination)]).toEqual([]);
});

test("actions run with and without a plug", async () => {
  const plug = plugBetween("soar", "edr", "contain", "push");
  await runAll(plug, plug.setup);
  await run(plug, "source", hookOf("soar", "trigger"), { params: { target: "host-1" } });
  await run(plug, "destination", hookOf("edr", "execute"), { params: { target: "host-2" } });
  expect(tenants.source.orders).toEqual([
    [`/api/v1/connectors/${String(settings.connection_id)}/run`, { target: "host-1" }],
  ]);
  expect(tenants.destination.orders).toEqual([["/api/v1/actions/contain", { target: "host-2" }]]);
});

test("a refusal says what was asked, and shows no key", async () => {
  const plug = plugBetween("edr", "siem", "alerts", "push");
  tenants.destination.refuses = true;
  const refused = await runAll(plug, plug.setup).catch((error: Error) => error.message);
  expect(refused).toMatch(/^GET \/api\/v1\/intakes\?name=.*: HTTP 401 /);
  expect(refused).not.toContain(tenants.destination.key);
});
