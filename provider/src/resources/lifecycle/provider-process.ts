// What this provider process keeps while it runs, made when the engine calls it for the first time: the stack's config, hook hosts, the way to
// the engine, and what was done so far. It ends with the run, with Ctrl-C, with an engine that is gone.
import { connect } from "node:net";
import * as grpc from "@grpc/grpc-js";
import type { dynamic } from "@pulumi/pulumi";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { HostPool } from "../../hooks/hosts/host-pool";
import type { LogQueue } from "./log-queue";
import type { Seen } from "./this-run";

/** How often the engine is looked for. A killed engine tells nobody, and a provider without one would live for ever. */
const LOOK_FOR_ENGINE_MS = 5_000;

class ProviderProcess {
  config: dynamic.ConfigureRequest["config"] | undefined;
  /** The last exclusive hook of each instance, by address: the next one waits for it. */
  readonly lastExclusive = new Map<string, Promise<unknown>>();
  /** What the run has seen of each resource so far; see this-run.ts. */
  readonly seen = new Map<string, Seen>();
  /** What is on its way to the engine, by the resource's URN. */
  readonly logs = new Map<string, LogQueue>();
  /** Of project folders; see recorded-tree.ts. */
  readonly revisions = new Map<string, Promise<string | undefined>>();
  /** The engine's log service; undefined without an engine (a test, a script). */
  readonly engine: EngineClient | undefined;
  readonly #pools = new Map<string, HostPool>();

  /** `address`: where the engine listens, the provider process's first argument. */
  constructor(private readonly address = process.argv[2] ?? "") {
    const isAddress = /^[\w.[\]:-]+:\d+$/.test(address);
    this.engine = isAddress ? new EngineClient(address, grpc.credentials.createInsecure()) : undefined;
    // The engine ends a provider with SIGINT and waits for it: hosts go with it, at once.
    process.once("SIGINT", () => this.#end(0));
  }

  /** The hosts that run hooks of the tree at `root` (absolute): the project, or a recorded revision of it. */
  poolFor(root: string, project: string): HostPool {
    let pool = this.#pools.get(root);
    if (!pool) {
      pool = new HostPool(root, { project });
      this.#pools.set(root, pool);
      if (this.#pools.size === 1) this.#watchEngine();
    }
    return pool;
  }

  /** Once nobody listens there, nothing that hooks do would be recorded. */
  #watchEngine(): void {
    const [host, port] = /^(.*):(\d+)$/.exec(this.address)?.slice(1) ?? [];
    if (!port) return;
    const look = () => {
      const socket = connect(Number(port), host || "127.0.0.1");
      socket.unref();
      socket.on("connect", () => socket.destroy());
      socket.on("error", (error: NodeJS.ErrnoException) => error.code === "ECONNREFUSED" && this.#end(1));
    };
    setInterval(look, LOOK_FOR_ENGINE_MS).unref();
  }

  #end(code: number): never {
    for (const pool of this.#pools.values()) pool.close();
    process.exit(code);
  }
}

let running: ProviderProcess | undefined;

/** The one of this process: the engine calls functions that it finds by name, and gives them nothing to hold on to. */
export function providerProcess(): ProviderProcess {
  running ??= new ProviderProcess();
  return running;
}
