// Starts hook hosts so that they can't look into other processes, where the system can see to it: in a user namespace of their own, on Linux.
import { spawnSync } from "node:child_process";
import { findProgram } from "../../base/find-program";
import { barestEnvironment } from "./host-environment";

/** Set to `off`: hosts are started as any program is. For hooks that call `sudo`, which does not work in a user namespace. */
const ISOLATION = "MESHROOM_HOST_ISOLATION";

export interface Launch {
  program: string;
  args: string[];
}

/** What a host is started for. `describe`: it needs no privilege and no network. */
export type HostPurpose = "run" | "describe";

const found = new Map<HostPurpose, readonly string[] | undefined>();

/**
 * The command that starts `program` isolated, or as it is where that is not possible. In a user namespace of its own, a process may not look at
 * the memory, the environment or the open files of any process outside of it, its parent and other hosts among them, though they are the same
 * user's (ptrace(2), "Ptrace access mode checking"). Other namespaces would do more than is wanted: hooks start services that outlive them, and
 * talk to those of the machine. To describe files there is no network either.
 */
export function isolated({ program, args }: Launch, purpose: HostPurpose, environment: NodeJS.ProcessEnv): Launch {
  if (!found.has(purpose)) found.set(purpose, findLauncher(purpose, environment));
  const launcher = found.get(purpose);
  const [unshare, ...options] = launcher ?? [];
  return unshare ? { program: unshare, args: [...options, program, ...args] } : { program, args };
}

/** Root would lose, in a user namespace, what makes it root: hooks that run as root run as they are. */
function findLauncher(purpose: HostPurpose, environment: NodeJS.ProcessEnv): readonly string[] | undefined {
  const isRoot = process.getuid?.() === 0;
  if (process.platform !== "linux" || (purpose === "run" && isRoot)) return undefined;
  if (/^(off|false|0|no)$/i.test(environment[ISOLATION] ?? "")) return undefined;
  const unshare = findProgram("unshare", undefined, environment);
  if (!unshare) return undefined;
  const network = purpose === "describe" ? ["--net"] : [];
  const launcher = [unshare, "--user", isRoot ? "--map-root-user" : "--map-current-user", ...network, "--"];
  const { status } = spawnSync(unshare, [...launcher.slice(1), "true"], {
    env: barestEnvironment(environment),
    stdio: "ignore",
  });
  return status === 0 ? launcher : undefined;
}
