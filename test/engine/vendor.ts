// A vendor's API for tests: a real HTTP server that keeps things by path, writes down who asked what, and fails on request.
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";

const ABORTED = Symbol("aborted");

export class Vendor {
  /** Every request in order: `PUT /siem/intake`. */
  readonly journal: string[] = [];
  /** What exists, by path: the last body that was put. */
  readonly things = new Map<string, unknown>();
  /** Paths that answer with an error until they are taken out. */
  readonly broken = new Map<string, string>();
  /** Requests that are answered once they are let go. */
  readonly #held = new Map<string, { reach(): void; gone: Promise<void> }>();
  /** Requests that are never answered. */
  readonly hanging = new Set<string>();
  /** Milliseconds that every answer takes. */
  delay = 0;
  /** How many requests were under way at the same time at most. */
  mostAtOnce = 0;
  #underWay = 0;
  readonly #server: Server;
  #heard: (() => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Vendor> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const vendor = new Vendor(server);
    server.on("request", async (request, response) => {
      const asked = `${request.method} ${request.url}`;
      vendor.mostAtOnce = Math.max(vendor.mostAtOnce, ++vendor.#underWay);
      response.on("close", () => vendor.#underWay--);
      await vendor.#letGo(asked);
      // Whoever asked may have been killed meanwhile, with half of its request sent.
      const sent = await readBody(request).catch(() => ABORTED);
      if (sent === ABORTED) return;
      const [status, body] = vendor.#answer(request.method ?? "", request.url ?? "", sent);
      for (const heard of vendor.#heard.splice(0)) heard();
      if (vendor.hanging.has(asked)) return;
      if (vendor.delay > 0) await setTimeout(vendor.delay);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    return vendor;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #answer(method: string, path: string, body: unknown): [number, unknown] {
    this.journal.push(`${method} ${path}`);
    const broken = this.broken.get(`${method} ${path}`);
    if (broken) return [500, { error: broken }];
    if (method === "PUT") this.things.set(path, body);
    const found = this.things.get(path);
    if (method === "DELETE") this.things.delete(path);
    return found === undefined ? [404, { error: "no such thing" }] : [200, found];
  }

  /** Has a request wait: `reached` once it has come, answered after `go`. */
  hold(request: string): { reached: Promise<void>; go(): void } {
    let reach = () => {};
    let go = () => {};
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const gone = new Promise<void>((resolve) => (go = resolve));
    this.#held.set(request, { reach, gone });
    return { reached, go };
  }

  async #letGo(request: string): Promise<void> {
    const held = this.#held.get(request);
    this.#held.delete(request);
    held?.reach();
    await held?.gone;
  }

  /** Waits until somebody has asked this. */
  async hears(asked: string): Promise<void> {
    while (!this.journal.includes(asked)) await new Promise<void>((resolve) => this.#heard.push(resolve));
  }

  /** The journal since the last call. */
  takeJournal(): string[] {
    return this.journal.splice(0);
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : undefined;
}
