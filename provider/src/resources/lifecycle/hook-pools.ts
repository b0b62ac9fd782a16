// The hook hosts of this provider process, and their end: with the run, with Ctrl-C, with an engine that is gone.
import { connect } from "node:net";
import { HostPool } from "../../hooks/hosts/host-pool";

/** How often the engine is looked for. A killed engine tells nobody, and a provider without one would live for ever. */
const LOOK_FOR_ENGINE_MS = 5_000;

const pools = new Map<string, HostPool>();

/** The hosts that run hooks of the tree at `root` (absolute): the project, or a recorded revision of it. */
export function poolFor(root: string, project: string): HostPool {
  let pool = pools.get(root);
  if (!pool) {
    pool = new HostPool(root, { project });
    pools.set(root, pool);
    if (pools.size === 1) watchEngine();
  }
  return pool;
}

function endProcess(code: number): never {
  for (const pool of pools.values()) pool.close();
  process.exit(code);
}

// The engine ends a provider with SIGINT and waits for it: hosts go with it, at once.
process.once("SIGINT", () => endProcess(0));

/** Its address is the provider process's first argument; once nobody listens there, nothing that hooks do would be recorded. */
function watchEngine(): void {
  const [host, port] = /^(.*):(\d+)$/.exec(process.argv[2] ?? "")?.slice(1) ?? [];
  if (!port) return;
  const look = () => {
    const socket = connect(Number(port), host || "127.0.0.1");
    socket.unref();
    socket.on("connect", () => socket.destroy());
    socket.on("error", (error: NodeJS.ErrnoException) => error.code === "ECONNREFUSED" && endProcess(1));
  };
  setInterval(look, LOOK_FOR_ENGINE_MS).unref();
}
