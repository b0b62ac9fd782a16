// The sample's hooks against running tenants, without Pulumi: set up twice, look, break, look, repair, tear down twice.

import { emitEvent } from "../../meshroom-project/products/edge_sensor/emit";
import * as sensorOutput from "../../meshroom-project/products/edge_sensor/output";
import { blockAddress } from "../../meshroom-project/products/pocket_firewall/block";
import * as genericIntake from "../../meshroom-project/products/pocket_siem/intake";
import * as sensorIntake from "../../meshroom-project/products/pocket_siem/integrations/edge_sensor/events_consumer";
import * as blocking from "../../meshroom-project/products/pocket_siem/integrations/pocket_firewall/block_ip_trigger";
import * as feeding from "../../meshroom-project/products/pocket_siem/integrations/threat_feed/threats_consumer_pull";
import { watchEvents } from "../../meshroom-project/products/pocket_siem/watch";
import { publishIndicator } from "../../meshroom-project/products/threat_feed/publish-indicator";
import * as subscription from "../../meshroom-project/products/threat_feed/subscription";
import { instanceOf, makePlug, type TestPlug } from "./hook-context";
import { eventually, type PocketSoc, startPocketSoc } from "./pocket-soc";

let soc: PocketSoc;
beforeEach(async () => {
  soc = await startPocketSoc();
});
afterEach(() => soc.stop());

const edge = () => instanceOf(soc, "edge", "edge_sensor");
const siem = () => instanceOf(soc, "siem", "pocket_siem", { min_severity: 6, retention_days: 2 });
const perimeter = () => instanceOf(soc, "perimeter", "pocket_firewall", { never_block: ["10.0.0.0/8"] });
const intel = () => instanceOf(soc, "intel", "threat_feed", { collection: "malicious-ips" });

/** What an operator does by hand at a tenant. */
async function admin(instance: string, route: string, body?: object) {
  const [method, path] = route.split(" ");
  const response = await fetch(`${soc.urls[instance]}${path}`, {
    method,
    headers: { authorization: `Bearer ${soc.keys[instance]}` },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return response.json().catch(() => undefined);
}

interface Scenario {
  make(): TestPlug;
  setup(plug: TestPlug): Promise<void>;
  status(plug: TestPlug): Promise<unknown[]>;
  teardown(plug: TestPlug): Promise<void>;
  /** Collections at the tenants in which the plug has one member each. */
  places: readonly (readonly [instance: string, path: string])[];
}

const events: Scenario = {
  make: () =>
    makePlug({
      topic: "events",
      mode: "push",
      roles: ["producer", "consumer"],
      source: edge(),
      destination: siem(),
      integration: "products/pocket_siem/integrations/edge_sensor/events_consumer.yaml",
    }),
  async setup({ source, destination }) {
    await genericIntake.checkTenant.run(destination);
    await genericIntake.applySettings.run(destination);
    await sensorIntake.openIntake.run(destination);
    await sensorOutput.addOutput.run(source);
  },
  status: async ({ source, destination }) => [
    await genericIntake.checkSettings.run(destination),
    await sensorIntake.checkIntake.run(destination),
    await sensorOutput.checkOutput.run(source),
  ],
  async teardown({ source, destination }) {
    await sensorOutput.removeOutput.run(source);
    await sensorIntake.closeIntake.run(destination);
  },
  places: [
    ["siem", "/intakes"],
    ["edge", "/outputs"],
  ],
};

const threats: Scenario = {
  make: () =>
    makePlug({ topic: "threats", mode: "pull", roles: ["producer", "consumer"], source: intel(), destination: siem() }),
  async setup({ source, destination }) {
    await subscription.subscribe.run(source);
    await feeding.addFeed.run(destination);
  },
  status: async ({ source, destination }) => [
    await subscription.checkSubscription.run(source),
    await feeding.checkFeed.run(destination),
  ],
  async teardown({ source, destination }) {
    await feeding.removeFeed.run(destination);
    await subscription.unsubscribe.run(source);
  },
  places: [
    ["intel", "/collections/malicious-ips/subscriptions"],
    ["siem", "/feeds"],
  ],
};

const blockIp: Scenario = {
  make: () =>
    makePlug({
      topic: "block_ip",
      mode: "push",
      roles: ["trigger", "executor"],
      source: siem(),
      destination: perimeter(),
    }),
  async setup({ source }) {
    await blocking.createKey.run(source);
    await blocking.registerAction.run(source);
  },
  status: async ({ source }) => [await blocking.checkKey.run(source), await blocking.checkAction.run(source)],
  async teardown({ source }) {
    await blocking.removeAction.run(source);
    await blocking.revokeKey.run(source);
  },
  places: [
    ["perimeter", "/api-keys"],
    ["siem", "/actions"],
  ],
};

const members = async ([instance, path]: readonly [string, string]): Promise<{ id: string; name: string }[]> =>
  admin(instance, `GET ${path}`);

describe.each(Object.entries({ events, threats, blockIp }))("%s", (_name, scenario) => {
  test("is set up once, however often setup runs, and torn down however often that runs", async () => {
    const plug = scenario.make();
    await scenario.setup(plug);
    const first = JSON.stringify(plug.plug.settings);
    await scenario.setup(plug);
    expect(JSON.stringify(plug.plug.settings)).toBe(first);
    expect((await scenario.status(plug)).every((result) => result === true)).toBe(true);
    for (const place of scenario.places) expect(await members(place)).toMatchObject([{ name: plug.plug.name }]);

    await scenario.teardown(plug);
    for (const place of scenario.places) expect(await members(place)).toEqual([]);
    expect(await scenario.status(plug)).toContain(false);
    await scenario.teardown(plug);
  });

  test("finds what is there when its own notes are lost", async () => {
    const plug = scenario.make();
    await scenario.setup(plug);
    const forgetful = scenario.make();
    await scenario.setup(forgetful);
    expect(await scenario.status(forgetful)).not.toContain(false);
    for (const place of scenario.places) expect(await members(place)).toHaveLength(1);
    await scenario.teardown(scenario.make());
    for (const place of scenario.places) expect(await members(place)).toEqual([]);
  });

  test("notices each end that is gone, and setup brings it back", async () => {
    const plug = scenario.make();
    await scenario.setup(plug);
    for (const place of scenario.places) {
      for (const { id } of await members(place)) await admin(place[0], `DELETE ${place[1]}/${id}`);
      expect(await scenario.status(plug)).toContain(false);
      await scenario.setup(plug);
      expect((await scenario.status(plug)).every((result) => result === true)).toBe(true);
    }
  });

  test("keeps secrets out of settings and logs", async () => {
    const plug = scenario.make();
    await scenario.setup(plug);
    expect(plug.secrets.size).toBe(1);
    const written = JSON.stringify([plug.plug.settings, plug.logged]);
    for (const secret of [...plug.secrets.values(), ...Object.values(soc.keys)]) expect(written).not.toContain(secret);
  });
});

describe("drift in words", () => {
  test("an output that somebody pointed elsewhere", async () => {
    const plug = events.make();
    await events.setup(plug);
    const { output_id } = plug.plug.settings;
    const target = { protocol: "rfc5424", host: "127.0.0.1", port: 9, token: await plug.plug.secret("intake_key") };
    await admin("edge", `PUT /outputs/${output_id}`, target);
    expect(await events.status(plug)).toEqual([true, true, expect.stringContaining("port is 9 instead of")]);
    await admin("edge", `PUT /outputs/${output_id}`, { ...target, port: soc.syslog.port, token: "another" });
    expect(await events.status(plug)).toEqual([true, true, expect.stringContaining("token_fingerprint")]);
  });

  test("settings and formats that somebody changed", async () => {
    const plug = events.make();
    await events.setup(plug);
    await admin("siem", "PUT /settings", { min_severity: 10 });
    await admin("siem", `PUT /intakes/${plug.plug.settings.intake_id}`, { format: "rfc5424" });
    expect(await events.status(plug)).toEqual([
      "settings of siem: min_severity is 10 instead of 6",
      expect.stringContaining('format is "rfc5424"'),
      true,
    ]);
  });

  test("a feed whose subscription is gone", async () => {
    const plug = threats.make();
    await threats.setup(plug);
    await admin("intel", `DELETE /collections/malicious-ips/subscriptions/${plug.plug.settings.subscription_id}`);
    await admin("siem", `POST /feeds/${plug.plug.settings.feed_id}/poll`, {});
    expect(await threats.status(plug)).toEqual([false, expect.stringContaining("HTTP 401 wrong API key")]);
  });
});

test("the mesh reacts: what the feed lists and the sensor sees, the firewall blocks", async () => {
  const [sending, feed, block] = [events.make(), threats.make(), blockIp.make()];
  await events.setup(sending);
  await threats.setup(feed);
  await blockIp.setup(block);
  const { log, signal } = sending.source;
  const context = { log, signal, plug: undefined };

  await publishIndicator.run({ ...context, instance: intel(), data: "198.51.100.20" });
  await admin("siem", `POST /feeds/${feed.plug.settings.feed_id}/poll`, {});
  const watched = watchEvents.run({ ...context, plug: sending.plug, instance: siem() })[Symbol.asyncIterator]();
  await emitEvent.run({ ...context, instance: edge(), data: '{"src_ip": "198.51.100.20", "severity": 2}' });
  expect((await watched.next()).value).toMatchObject({ src_ip: "198.51.100.20", severity: 6 });
  await watched.return?.();

  const isBlocked = (ip: string) => (blocks: { ip: string }[]) => blocks.some((block) => block.ip === ip);
  await eventually(() => admin("perimeter", "GET /blocked"), isBlocked("198.51.100.20"));
  const trigger = { ...context, plug: block.plug, instance: siem() };
  await blocking.blockNow.run({ ...trigger, params: { ip: "198.51.100.21" } });
  await blockAddress.run({ ...context, instance: perimeter(), params: { ip: "198.51.100.22" } });
  const blocks = await admin("perimeter", "GET /blocked");
  for (const ip of ["198.51.100.21", "198.51.100.22"]) expect(isBlocked(ip)(blocks)).toBe(true);
});

test("the generic intake takes in what is no edge sensor's", async () => {
  const { destination } = events.make();
  await genericIntake.openIntake.run(destination);
  expect(await genericIntake.checkIntake.run(destination)).toBe(true);
  expect(await sensorIntake.checkIntake.run(destination)).toContain("format is");
  await genericIntake.closeIntake.run(destination);
  expect(await genericIntake.checkIntake.run(destination)).toBe(false);
});

describe("errors are for people", () => {
  test("a wrong key", async () => {
    soc.keys.siem = "wrong";
    const { destination } = events.make();
    await expect(genericIntake.openIntake.run(destination)).rejects.toThrow(
      `GET ${soc.urls.siem}/intakes: HTTP 401 wrong API key`,
    );
  });

  test("a tenant that is down", async () => {
    const { destination } = events.make();
    await soc.stop();
    await expect(genericIntake.checkTenant.run(destination)).rejects.toThrow(
      `pocket_siem at ${soc.urls.siem} does not answer (ECONNREFUSED)`,
    );
  });

  test("a url that leads to another product", async () => {
    const { destination } = events.make();
    soc.keys.siem = soc.keys.intel as string;
    const instance = { ...destination.instance, settings: { url: soc.urls.intel } };
    await expect(genericIntake.checkTenant.run({ ...destination, instance })).rejects.toThrow(
      "is a threat_feed, not a pocket_siem: correct the url of siem",
    );
  });

  test("a consumer that leaves no address", async () => {
    const { source } = events.make();
    await expect(sensorOutput.addOutput.run(source)).rejects.toThrow("siem left no host and port in the plug");
  });
});
