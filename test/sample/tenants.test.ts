// The pocket SOC's tenants by HTTP and syslog, as an operator and an attacker would see them. No hooks here.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { eventually, type PocketSoc, startPocketSoc } from "./pocket-soc";

let soc: PocketSoc;
beforeAll(async () => {
  soc = await startPocketSoc("prod");
});
afterAll(() => soc.stop());

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a server answers
  body: any;
}

async function ask(instance: string, route: string, body?: object, key = soc.keys[instance]): Promise<Answer> {
  const [method, path] = route.split(" ");
  const response = await fetch(`${soc.urls[instance]}${path}`, {
    method,
    headers: key === undefined || key === "" ? {} : { authorization: `Bearer ${key}` },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json().catch(() => undefined) };
}

const parser = "0f6e1a52-7c0b-4d7e-9c55-2f1f3a4b6d01";

async function openIntake(name: string, format = parser) {
  return (await ask("siem", "POST /intakes", { name, format })).body;
}

async function connectSensor(sensor: string, name: string, format = parser) {
  const { id, key, host, port } = await openIntake(name, format);
  const output = await ask(sensor, "POST /outputs", { name, protocol: "rfc5424", host, port, token: key });
  return { intake: id, output: output.body.id };
}

async function eventsOf(intake: string) {
  return (await ask("siem", `GET /events?intake=${intake}&wait=10`)).body;
}

/** Writes bytes to the SIEM's syslog port; resolves when they are handed over. */
function sendRaw(bytes: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(soc.syslog.port, soc.syslog.host, () => socket.end(bytes, resolve));
    socket.on("error", reject);
  });
}

const counters = async () => (await ask("siem", "GET /status")).body;

describe("admin APIs", () => {
  test.each(["edge", "branch", "siem", "perimeter", "intel"])("%s opens only to its own key", async (instance) => {
    expect(await ask(instance, "GET /status")).toMatchObject({ status: 200 });
    expect(await ask(instance, "GET /status", undefined, "")).toMatchObject({ status: 401 });
    expect(await ask(instance, "GET /status", undefined, "guess")).toMatchObject({
      status: 401,
      body: { error: "wrong API key" },
    });
    expect(await ask(instance, "GET /nowhere", undefined, "guess")).toMatchObject({ status: 401 });
    expect(await ask(instance, "GET /nowhere")).toMatchObject({ status: 404 });
  });

  test("refuse what they can't use, and say why", async () => {
    await openIntake("taken");
    expect(await ask("siem", "POST /intakes", { name: "taken", format: parser })).toMatchObject({ status: 409 });
    expect(await ask("siem", "POST /intakes", { format: parser })).toMatchObject({ status: 400 });
    expect(await ask("siem", "POST /intakes", { name: "x", format: "cef" })).toMatchObject({ status: 400 });
    expect(await ask("siem", "DELETE /intakes/none")).toMatchObject({ status: 404 });
    expect(await ask("siem", "GET /intakes/%E0")).toMatchObject({ status: 400 });
    expect(await ask("siem", "PUT /settings", { min_severity: 11 })).toMatchObject({ status: 400 });
    expect(await ask("edge", "POST /emit", { src_ip: "nonsense" })).toMatchObject({ status: 400 });
    expect(await ask("perimeter", "PUT /settings", { never_block: ["10.0.0.0/99"] })).toMatchObject({ status: 400 });
    const response = await fetch(`${soc.urls.siem}/intakes`, {
      method: "POST",
      headers: { authorization: `Bearer ${soc.keys.siem}` },
      body: "{",
    });
    expect([response.status, await response.json()]).toEqual([400, { error: "the body is not valid JSON" }]);
  });

  test("never show a secret again", async () => {
    const { output } = await connectSensor("edge", "secrecy");
    const token = (await ask("siem", "GET /intakes?name=secrecy")).body[0].key;
    const shown = [(await ask("edge", `GET /outputs/${output}`)).body, (await ask("edge", "GET /outputs")).body];
    expect(JSON.stringify(shown)).not.toContain(token);
    const { key } = (await ask("perimeter", "POST /api-keys", { name: "secrecy", scope: "read" })).body;
    expect(JSON.stringify((await ask("perimeter", "GET /api-keys")).body)).not.toContain(key);
  });
});

describe("events", () => {
  test("arrive with the fields that the sensor gave them", async () => {
    const { intake } = await connectSensor("edge", "fields");
    const message = 'quotes " and ] and \\ and é survive';
    await ask("edge", "POST /emit", { src_ip: "2001:db8::7", severity: 3, rule: 'a"b]c\\d', message });
    expect(await eventsOf(intake)).toMatchObject([
      { host: "edge", src_ip: "2001:db8::7", severity: 3, rule: 'a"b]c\\d', message },
    ]);
  });

  test("are read without the fields by the generic format", async () => {
    const { intake } = await connectSensor("branch", "generic", "rfc5424");
    await ask("branch", "POST /emit", { src_ip: "192.0.2.1", severity: 3 });
    const [event] = await eventsOf(intake);
    expect(event).toMatchObject({ host: "branch", severity: 2 });
    expect(event).not.toHaveProperty("src_ip");
  });

  test("below the output's severity stay at the sensor", async () => {
    const { intake, output } = await connectSensor("branch", "thin");
    const { host, port } = soc.syslog;
    const [{ key }] = (await ask("siem", "GET /intakes?name=thin")).body;
    const target = { protocol: "rfc5424", host, port, token: key, from_severity: 4 };
    await ask("branch", `PUT /outputs/${output}`, target);
    await ask("branch", "POST /emit", { src_ip: "192.0.2.2", severity: 3 });
    await ask("branch", "POST /emit", { src_ip: "192.0.2.3", severity: 4 });
    expect(await eventsOf(intake)).toMatchObject([{ src_ip: "192.0.2.3" }]);
  });

  test("with a key that no intake has are dropped", async () => {
    const { dropped_unknown_key, events } = await counters();
    const { host, port } = soc.syslog;
    const target = { name: "forged", protocol: "rfc5424", host, port, token: "forged" };
    const { id } = (await ask("edge", "POST /outputs", target)).body;
    const others = (await ask("edge", "GET /outputs")).body.filter((output: { id: string }) => output.id !== id);
    for (const output of others) await ask("edge", `DELETE /outputs/${output.id}`);
    await ask("edge", "POST /emit", { src_ip: "192.0.2.9", severity: 10 });
    const after = await eventually(counters, (now) => now.dropped_unknown_key > dropped_unknown_key);
    expect(after.events).toBe(events);
    await ask("edge", `DELETE /outputs/${id}`);
  });

  test("that are not syslog are dropped, and the next ones are read", async () => {
    const { dropped_malformed } = await counters();
    await sendRaw("GET / HTTP/1.1\r\n\r\n");
    await sendRaw("5 hello");
    await eventually(counters, (now) => now.dropped_malformed === dropped_malformed + 2);
    const { intake } = await connectSensor("edge", "after garbage");
    await ask("edge", "POST /emit", { src_ip: "192.0.2.4", severity: 1 });
    expect(await eventsOf(intake)).toHaveLength(1);
  });

  test("wait at the sensor while nobody listens", async () => {
    const first = await listenOnce(0);
    const { port } = first;
    const target = { name: "late", protocol: "rfc5424", host: "127.0.0.1", port, token: "any" };
    const { id } = (await ask("edge", "POST /outputs", target)).body;
    const output = async () => (await ask("edge", `GET /outputs/${id}`)).body;
    await first.connected;
    await first.close();
    await eventually(output, ({ last_error }) => last_error === "ECONNREFUSED");
    await ask("edge", "POST /emit", { src_ip: "192.0.2.5", severity: 1, message: "kept" });
    expect(await output()).toMatchObject({ connected: false, queued: 1, sent: 0 });

    const second = await listenOnce(port);
    expect(await second.received).toMatch(
      /^\d+ <110>1 .* edge edge_sensor - - \[meshroom@32473 intake="any"\].* kept$/,
    );
    await second.close();
    await ask("edge", `DELETE /outputs/${id}`);
  });
});

/** A receiver that can go away, unlike the SIEM. */
async function listenOnce(port: number) {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  const connected = once(server, "connection").then(([socket]) => socket as Socket);
  return {
    port: (server.address() as AddressInfo).port,
    connected,
    received: connected.then((socket) => once(socket, "data")).then(String),
    async close() {
      (await connected).destroy();
      server.close();
      await once(server, "close");
    },
  };
}

describe("reaction", () => {
  async function connectFirewall(name: string, scope = "block_ip") {
    const { key } = (await ask("perimeter", "POST /api-keys", { name, scope })).body;
    const action = { name, action: "block_ip", url: `${soc.urls.perimeter}/block`, token: key };
    return { key, action: (await ask("siem", "POST /actions", action)).body.id };
  }
  const blocked = async () => (await ask("perimeter", "GET /blocked")).body.map(({ ip }: { ip: string }) => ip);
  const alertOf = async (ip: string) =>
    (await ask("siem", "GET /alerts")).body.find(({ event }: { event: { src_ip?: string } }) => event.src_ip === ip);

  test("an event at min_severity is blocked at the firewall, one below is not", async () => {
    await ask("siem", "PUT /settings", { min_severity: 8 });
    await connectFirewall("reaction");
    await connectSensor("edge", "reaction");
    await ask("edge", "POST /emit", { src_ip: "203.0.113.7", severity: 7 });
    await ask("edge", "POST /emit", { src_ip: "203.0.113.8", severity: 8, rule: "beacon" });
    await eventually(blocked, (ips) => ips.includes("203.0.113.8"));
    expect(await blocked()).not.toContain("203.0.113.7");
    expect((await ask("perimeter", "GET /blocked/203.0.113.8")).body.reason).toBe("severity 8: beacon");
    expect(await ask("perimeter", "DELETE /blocked/203.0.113.8")).toMatchObject({ status: 204 });
    expect(await ask("perimeter", "DELETE /blocked/203.0.113.8")).toMatchObject({ status: 404 });
  });

  test("an address that the feed lists is raised; a poll brings what is new", async () => {
    const collection = "/collections/malicious-ips";
    const { token } = (await ask("intel", `POST ${collection}/subscriptions`, { name: "siem" })).body;
    expect(await ask("intel", `GET ${collection}/objects`, undefined, token)).toMatchObject({ status: 200 });
    expect(await ask("intel", "GET /collections/scanners/objects", undefined, token)).toMatchObject({ status: 401 });
    expect(await ask("intel", "POST /indicators", { ip: "198.51.100.1" }, token)).toMatchObject({ status: 401 });

    const url = `${soc.urls.intel}${collection}/objects`;
    const feed = (await ask("siem", "POST /feeds", { name: "intel", url, token, interval_seconds: 3600 })).body;
    const indicator = (await ask("intel", "POST /indicators", { ip: "198.51.100.1" })).body;
    expect(indicator).toMatchObject({ type: "indicator", pattern: "[ipv4-addr:value = '198.51.100.1']" });
    expect((await ask("siem", `POST /feeds/${feed.id}/poll`, {})).body).toMatchObject({ iocs: 1 });
    expect((await ask("siem", "GET /iocs")).body).toMatchObject([{ ip: "198.51.100.1", indicator: indicator.id }]);

    const { intake } = await connectSensor("branch", "raised");
    await ask("branch", "POST /emit", { src_ip: "198.51.100.1", severity: 5 });
    expect(await eventsOf(intake)).toMatchObject([{ severity: 9, ioc: indicator.id }]);
    await eventually(blocked, (ips) => ips.includes("198.51.100.1"));
    await ask("siem", `DELETE /feeds/${feed.id}`);
    expect((await ask("siem", "GET /iocs")).body).toEqual([]);
  });

  test("a key of another scope may not block, and the alert says so", async () => {
    const { key, action } = await connectFirewall("reader", "read");
    expect(await ask("perimeter", "POST /block", { ip: "192.0.2.6", reason: "x" }, key)).toMatchObject({ status: 403 });
    expect(await ask("perimeter", "GET /blocked", undefined, key)).toMatchObject({ status: 200 });
    expect(await ask("siem", `POST /actions/${action}/run`, { ip: "192.0.2.6", reason: "x" })).toMatchObject({
      status: 400,
      body: { error: "reader: HTTP 403 a key with the scope read may not do that" },
    });
    await ask("siem", `DELETE /actions/${action}`);
  });

  test("our own ranges are never blocked", async () => {
    await ask("perimeter", "PUT /settings", { never_block: ["10.0.0.0/8", "2001:db8:1::/48"] });
    for (const ip of ["10.1.2.3", "2001:db8:1::5"]) {
      expect(await ask("perimeter", "POST /block", { ip, reason: "x" })).toMatchObject({ status: 409 });
    }
    await ask("branch", "POST /emit", { src_ip: "10.1.2.3", severity: 10 });
    const alert = await eventually(
      () => alertOf("10.1.2.3"),
      (found) => found?.actions.length > 0,
    );
    expect(alert.actions[0]).toMatchObject({ ok: false, error: expect.stringContaining("never blocked") });
  });
});

describe("the launcher", () => {
  test("prints no key and ends when told to", async () => {
    const lab = await startPocketSoc("lab");
    expect(Object.keys(lab.urls).sort()).toEqual(["edge", "intel", "perimeter", "siem"]);
    expect(await lab.stop()).toBe(0);
    for (const key of Object.values(lab.keys)) expect(lab.printed()).not.toContain(key);
    await expect(fetch(`${lab.urls.siem}/status`)).rejects.toThrow();
  });
});
