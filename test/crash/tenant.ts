// A vendor's tenant that keeps objects. PUT by name is idempotent; POST makes a new object at each call, but for a key that it has seen.
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Thing {
  plug: string;
  step: string;
  level: number | null;
  format: string | null;
}

export class Tenant {
  readonly things = new Map<string, Thing>();
  readonly #byKey = new Map<string, string>();
  readonly #server: Server;
  #next = 1;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Tenant> {
    const server = createServer();
    const tenant = new Tenant(server);
    server.on("request", async (request, response) => {
      const body = await readBody(request).catch(() => undefined);
      // Whoever asked has been killed.
      if (body === undefined) return;
      const [status, answer] = tenant.#answer(request, body);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return tenant;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #answer(request: IncomingMessage, body: string): [status: number, answer: object] {
    const url = new URL(request.url ?? "", "http://tenant");
    const name = decodeURIComponent(url.pathname.slice(1));
    const known = this.things.get(name);
    if (request.method === "POST")
      return [200, { id: this.#make(JSON.parse(body), request.headers["idempotency-key"]) }];
    if (request.method === "PUT") {
      if (!known && url.searchParams.get("create") === "no") return [404, {}];
      this.things.set(name, JSON.parse(body) as Thing);
      return [200, {}];
    }
    if (request.method === "DELETE") return [this.things.delete(name) ? 200 : 404, {}];
    if (name !== "find") return known ? [200, known] : [404, {}];
    const { plug, step } = Object.fromEntries(url.searchParams);
    return [
      200,
      { ids: [...this.things].filter(([, each]) => each.plug === plug && each.step === step).map(([id]) => id) },
    ];
  }

  #make(thing: Thing, key: string | string[] | undefined): string {
    const seen = typeof key === "string" ? this.#byKey.get(key) : undefined;
    const id = seen ?? `o${this.#next++}`;
    if (typeof key === "string") this.#byKey.set(key, id);
    this.things.set(id, thing);
    return id;
  }

  /** Objects of a step beyond the first. */
  get surplus(): number {
    const steps = new Set([...this.things.values()].map(({ plug, step }) => `${plug}/${step}`));
    return this.things.size - steps.size;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
