// What this provider process keeps while it runs, made when the engine calls it for the first time: the stack's config, hook hosts, the way to
// the engine, and what was done so far. It ends with the run, with Ctrl-C, with an engine that is gone.
import * as grpc from "@grpc/grpc-js";
import type { dynamic } from "@pulumi/pulumi";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { HostPool } from "../../hooks/hosts/host-pool";
import { isIdle, watchEngine } from "./engine-watch";
import type { LogQueue } from "./log-queue";
import type { Seen } from "./this-run";

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
  /** Called when the engine ends the run and no hook is at work. */
  onOrderlyEnd: (() => void) | undefined;
  readonly #pools = new Map<string, HostPool>();

  /** `address`: where the engine listens, the provider process's first argument. */
  constructor(private readonly address = process.argv[2] ?? "") {
    const isAddress = /^[\w.[\]:-]+:\d+$/.test(address);
    this.engine = isAddress ? new EngineClient(address, grpc.credentials.createInsecure()) : undefined;
    // The engine ends a provider with SIGINT and waits for it: hosts go with it, at once.
    process.once("SIGINT", () => {
      // Where no hook is at work, the engine has been answered all.
      if (isIdle()) this.onOrderlyEnd?.();
      this.#end(0);
    });
  }

  /** The hosts that run hooks of the tree at `root` (absolute): the project, or a recorded revision of it. */
  poolFor(root: string, project: string): HostPool {
    let pool = this.#pools.get(root);
    if (!pool) {
      pool = new HostPool(root, { project });
      this.#pools.set(root, pool);
      if (this.#pools.size === 1)
        watchEngine(
          this.address,
          () => this.#beginNothing(),
          () => this.#end(1),
        );
    }
    return pool;
  }

  #beginNothing(): void {
    for (const pool of this.#pools.values()) pool.beginNothing();
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
