// The API that the starter hooks are written against: named entries in collections, each with an address and a key.
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Entry extends Record<string, unknown> {
  id: string;
  name: string;
}

export class Tenant {
  /** By collection, then by id. */
  readonly collections = new Map<string, Map<string, Entry>>();
  /** Bodies of orders, by path. */
  readonly orders: [path: string, body: unknown][] = [];
  readonly key = randomBytes(8).toString("hex");
  /** Whether it says no to everybody. */
  refuses = false;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Tenant> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const tenant = new Tenant(server);
    server.on("request", async (request, response) => {
      const [status, answer] = await tenant.#answer(request);
      response.writeHead(status).end(answer === undefined ? "" : JSON.stringify(answer));
    });
    return tenant;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** All entries of a collection. */
  list(collection: string): Entry[] {
    return [...(this.collections.get(collection)?.values() ?? [])];
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage): Promise<[number, unknown?]> {
    if (this.refuses || request.headers.authorization !== `Bearer ${this.key}`) return [401, { error: "who are you?" }];
    const { pathname, searchParams } = new URL(request.url ?? "", this.url);
    const [, name = "", id, order] = /^\/api\/v1\/([\w-]+)(?:\/([\w-]+))?(\/run)?$/.exec(pathname) ?? [];
    const body = await readBody(request);
    if (name === "actions" || order) return [200, void this.orders.push([pathname, body])];
    const entries = this.collections.get(name) ?? new Map<string, Entry>();
    this.collections.set(name, entries);
    if (request.method === "POST") return [201, this.#put(entries, `${name}-${entries.size + 1}`, body)];
    if (id === undefined)
      return [200, [...entries.values()].filter((entry) => entry.name === searchParams.get("name"))];
    if (!entries.has(id)) return [404, { error: "no such thing" }];
    if (request.method === "PUT") return [200, this.#put(entries, id, body)];
    if (request.method === "DELETE") return [204, void entries.delete(id)];
    return [200, entries.get(id)];
  }

  #put(entries: Map<string, Entry>, id: string, body: Record<string, unknown>): Entry {
    const entry = { url: `${this.url}/entrance/${id}`, key: `key-of-${id}`, ...body, id, name: String(body.name) };
    entries.set(id, entry);
    return entry;
  }
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text ? (JSON.parse(text) as Record<string, unknown>) : {};
}
