// The example's long-running programs and what holds them, against small servers of the test's own: these tests run everywhere.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "../../examples/attack-path/lib/lock";
import { insertAfter, marked, withoutMarked } from "../../examples/attack-path/lib/marked";
import { isSameProcess } from "../../examples/attack-path/lib/processes";
import {
  checkService,
  nodeCommand,
  removeService,
  type Service,
  startService,
} from "../../examples/attack-path/lib/services/service";
import { forwarderService } from "../../examples/attack-path/lib/syslog/service";
import { newIndicator, readIndicator } from "../../examples/attack-path/lib/taxii/indicator";
import { pollerService } from "../../examples/attack-path/lib/taxii/service";
import { receiverService } from "../../examples/attack-path/lib/webhook/service";
import { waitFor } from "../patience";

const { signal } = new AbortController();
let folder: string;
let service: string;
const open: { close(): void }[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "programs-"));
  service = join(folder, "services", "one");
});

afterEach(async () => {
  await removeService(service);
  for (const server of open.splice(0)) server.close();
  rmSync(folder, { recursive: true, force: true });
});

function listen<T extends Server | HttpServer>(server: T, port = 0): Promise<number> {
  open.push(server);
  return new Promise((resolve) =>
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
  );
}

/** A syslog server: texts of the messages that came, taken out of their octet-counted frames. */
function syslogServer() {
  const state = { texts: [] as string[], sockets: new Set<Socket>() };
  const server = createServer((socket) => {
    state.sockets.add(socket);
    let rest = "";
    socket.setEncoding("utf8").on("data", (data: string) => {
      rest += data;
      for (let match = /^(\d+) /.exec(rest); match; match = /^(\d+) /.exec(rest)) {
        const [head, length] = [match[0].length, Number(match[1])];
        if (rest.length < head + length) return;
        const message = rest.slice(head, head + length);
        state.texts.push(/^<132>1 \S+ gate app - - - (.*)$/.exec(message)?.[1] ?? `unreadable: ${message}`);
        rest = rest.slice(head + length);
      }
    });
    socket.on("error", () => {});
  });
  return { server, state };
}

describe("the forwarder", () => {
  test("sends new lines, whole ones, and goes on where it was after a restart, an outage and a rotation", async () => {
    const { server, state } = syslogServer();
    const port = await listen(server);
    const file = join(folder, "log");
    writeFileSync(file, "from before\n");
    const forwarder = forwarderService({ file, host: "127.0.0.1", port, program: "app", hostname: "gate" });
    const arrived = (count: number) => waitFor(`${count} lines`, () => state.texts.length >= count);

    await startService(service, forwarder, signal);
    appendFileSync(file, "one\ntw");
    await arrived(1);
    appendFileSync(file, "o\n");
    await arrived(2);
    process.kill(Number.parseInt(readFileSync(join(service, "child.pid"), "utf8"), 10), "SIGKILL");
    appendFileSync(file, "three\n");
    await arrived(3);
    const before = state.sockets.size;
    for (const socket of state.sockets) socket.destroy();
    await waitFor("a new connection", () => state.sockets.size > before);
    appendFileSync(file, "four\n");
    renameSync(file, `${file}.1`);
    writeFileSync(file, "five\n");
    await waitFor("the last line", () => state.texts.includes("five"));
    expect(state.texts).toEqual(["one", "two", "three", "four", "five"]);
  });
});

describe("the TAXII poller", () => {
  test("takes pages in order, hands over again what the sink refused, and saves its place after that", async () => {
    const objects = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map((value, index) => ({
      ...newIndicator(value),
      index: index + 1,
    }));
    const asked: (string | undefined)[] = [];
    const server = createHttpServer((request, response) => {
      if (request.headers.authorization !== `Basic ${Buffer.from("me:pass").toString("base64")}`) {
        response.writeHead(401).end();
        return;
      }
      const after = new URL(request.url ?? "", "http://host").searchParams.get("added_after") ?? undefined;
      asked.push(after);
      const [next] = objects.filter(({ index }) => index > Number(after ?? 0));
      const headers = next ? { "x-taxii-date-added-last": String(next.index) } : {};
      response.writeHead(200, headers).end(JSON.stringify(next ? { objects: [next], more: next.index < 3 } : {}));
    });
    const port = await listen(server);
    const taken = join(folder, "taken");
    const sink = join(folder, "sink.mjs");
    writeFileSync(
      sink,
      `import { appendFileSync, existsSync } from "node:fs";
      export const openSink = ({ taken, allowed }) => ({
        async take([{ kind, value }]) {
          if (value === "10.0.0.2" && !existsSync(allowed)) { appendFileSync(taken, "refused\\n"); throw new Error("no"); }
          appendFileSync(taken, kind + " " + value + "\\n");
        },
      });`,
    );
    const allowed = join(folder, "allowed");
    const url = `http://127.0.0.1:${port}/collections/c/`;
    const settings = { url, user: "me", password: "pass", interval: 0.02, sink, sinkSettings: { taken, allowed } };
    const text = () => (existsSync(taken) ? readFileSync(taken, "utf8") : "");

    const ready = startService(service, pollerService(settings), signal);
    await waitFor("a refusal", () => text().includes("refused"));
    writeFileSync(allowed, "");
    await ready;
    await waitFor("the last indicator", () => text().includes("10.0.0.3"));
    expect(
      text()
        .split("\n")
        .filter((line) => line && line !== "refused"),
    ).toEqual(["ipv4 10.0.0.1", "ipv4 10.0.0.2", "ipv4 10.0.0.3"]);
    expect(asked.slice(0, 2)).toEqual([undefined, "1"]);
    expect(checkService(service)).toBe(true);
  });

  test("a wrong password fails the setup, in the poller's words", async () => {
    const port = await listen(createHttpServer((_request, response) => response.writeHead(401).end("who are you?")));
    const url = `http://127.0.0.1:${port}/collections/c/`;
    const settings = {
      url,
      user: "me",
      password: "s3cret-word",
      interval: 0.1,
      sink: join(folder, "s.mjs"),
      sinkSettings: {},
    };
    writeFileSync(settings.sink, "export const openSink = () => ({ async take() {} });");
    const impatience = new AbortController();
    const started = startService(service, pollerService(settings), impatience.signal);
    const error = started.then(
      () => "it is ready",
      (problem: Error) => problem.message,
    );
    const log = join(service, "log");
    await waitFor("the poller's words", () => existsSync(log) && readFileSync(log, "utf8").includes("HTTP 401"));
    impatience.abort(new Error("given up"));
    expect(await error).toContain("HTTP 401 who are you?");
    expect(await error).not.toContain("s3cret-word");
  });
});

test("the receiver takes webhooks with the token, and answers 500 where the handler fails", async () => {
  const probe = createServer();
  const port = await listen(probe);
  await new Promise((resolve) => probe.close(resolve));
  const handler = join(folder, "handler.mjs");
  const out = join(folder, "out");
  writeFileSync(
    handler,
    `import { appendFileSync } from "node:fs";
    export const openHandler = ({ out }) => ({
      async handle(body) { if (body.bad) throw new Error("bad"); appendFileSync(out, JSON.stringify(body)); },
    });`,
  );
  const settings = { host: "127.0.0.1", port, token: "t0ken", handler, handlerSettings: { out } };
  await startService(service, receiverService(settings), signal);
  const post = async (token: string, body: string) =>
    (await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers: { authorization: `Bearer ${token}` }, body }))
      .status;
  expect(await post("other", "{}")).toBe(401);
  expect(await post("t0ken", "no JSON")).toBe(500);
  expect(await post("t0ken", '{"bad":true}')).toBe(500);
  expect(await post("t0ken", '{"ip":"10.0.0.1"}')).toBe(200);
  expect(readFileSync(out, "utf8")).toBe('{"ip":"10.0.0.1"}');
});

describe("a service", () => {
  const program = (text: string): Service => ({
    command: [...nodeCommand, "@program.mjs"],
    files: { "program.mjs": text },
  });
  const sleeper = (name: string) =>
    `import { writeFileSync } from "node:fs"; writeFileSync("ready", "${name}"); setInterval(() => {}, 1000);`;
  const mark = (name: string) => readFileSync(join(service, `${name}.pid`), "utf8");

  test("is started anew by each start, and gone with its processes when removed", async () => {
    await startService(service, program(sleeper("a")), signal);
    const first = mark("child");
    await startService(service, program(sleeper("b")), signal);
    expect(isSameProcess(first)).toBe(false);
    expect(readFileSync(join(service, "ready"), "utf8")).toBe("b");
    const second = [mark("child"), mark("supervisor")];
    await removeService(service);
    expect(second.map(isSameProcess)).toEqual([false, false]);
    expect(existsSync(join(folder, "services"))).toBe(false);
    expect(checkService(service)).toBe(false);
    await removeService(service);
  });

  test("is started again after a crash; without its supervisor it does not count as running", async () => {
    await startService(service, program(sleeper("a")), signal);
    const first = mark("child");
    process.kill(Number.parseInt(first, 10), "SIGKILL");
    await waitFor(
      "another child",
      () => existsSync(join(service, "child.pid")) && !["", first].includes(mark("child")),
    );
    process.kill(Number.parseInt(mark("supervisor"), 10), "SIGKILL");
    await waitFor("the supervisor's end", () => checkService(service) !== true);
    const orphan = mark("child");
    expect(checkService(service)).toMatch(/nothing runs$/);
    await startService(service, program(sleeper("a")), signal);
    expect(isSameProcess(orphan)).toBe(false);
    expect(checkService(service)).toBe(true);
  });
});

test("a lock is held by one at a time, and ends with its process", async () => {
  const file = join(folder, "lock");
  const holder = spawn(process.execPath, [
    "-e",
    `const lock = new (require("node:sqlite").DatabaseSync)(process.argv[1]);
     lock.exec("BEGIN EXCLUSIVE"); console.log("held"); setInterval(() => {}, 1000);`,
    file,
  ]);
  await once(holder.stdout, "data");
  let inside = 0;
  const work = async () => {
    expect(holder.killed).toBe(true);
    expect(++inside).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    inside--;
  };
  const all = Promise.all(Array.from({ length: 5 }, () => withLock(file, work)));
  await new Promise((resolve) => setTimeout(resolve, 100));
  holder.kill("SIGKILL");
  await all;
});

test("marked parts leave the rest of a file as it was, whatever the order in which they go", () => {
  const before = "route:\n  receiver: none\n  routes:\nreceivers:\n  - name: none\n";
  const put = (text: string, id: string) =>
    insertAfter(text, /^ +routes:$/, marked(id, `- receiver: ${id}`, "    ")) ?? "";
  const both = put(put(before, "a"), "b");
  expect(withoutMarked(withoutMarked(both, "a"), "b")).toBe(before);
  expect(withoutMarked(withoutMarked(both, "b"), "a")).toBe(before);
  expect(both).toContain("    - receiver: a\n");
  expect(() => withoutMarked(both.replace("    # meshroom: end a\n", ""), "a")).toThrow("restore the line");
});

test("indicators that are not addresses or hashes, are revoked or over, are passed over", () => {
  const address = newIndicator("10.0.0.1");
  expect(readIndicator(address)).toMatchObject({ kind: "ipv4", value: "10.0.0.1" });
  expect(readIndicator(newIndicator("AB".repeat(32)))).toMatchObject({ kind: "sha256", value: "ab".repeat(32) });
  expect(readIndicator({ ...address, revoked: true })).toBeUndefined();
  expect(readIndicator({ ...address, valid_until: "2020-01-01T00:00:00Z" })).toBeUndefined();
  expect(readIndicator({ ...address, pattern: "[url:value = 'http://x/']" })).toBeUndefined();
  expect(
    readIndicator({ ...address, pattern: "[ipv4-addr:value = '10.0.0.1'] AND [ipv4-addr:value = '10.0.0.2']" }),
  ).toBeUndefined();
  expect(readIndicator({ type: "malware", id: "malware--1" })).toBeUndefined();
  expect(() => newIndicator("10.0.0.1' OR '1'='1")).toThrow("neither");
});
