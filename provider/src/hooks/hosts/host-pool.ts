// The hook hosts of a project, whatever the language of its hooks.

import { type HookLanguage, hookLanguage } from "../describing/hook-sources";
import type { HostChild } from "./host-child";
import { defaultLimits, type HostAnswer, type HostJob, type HostLimits } from "./host-job";
import { HookHost } from "./host-process";
import { HostQueue } from "./host-queue";
import { PythonServer } from "./python-server";
import { startTypeScriptHost } from "./typescript-process";

export interface PoolLimits extends HostLimits {
  /** Hosts at most, per language. */
  mostHosts: number;
  /** Hosts load files to see what they declare, and run no hooks. */
  describesOnly: boolean;
  /** The project where `root` is a recorded revision of it: whose Python and caches are used. */
  project: string;
}

/** Runs jobs in hook hosts of one project. Close it, or the hosts live as long as this process. */
export class HostPool {
  readonly #python: PythonServer;
  readonly #queues: Record<HookLanguage, HostQueue>;
  readonly #killAll = () => this.close();

  constructor(root: string, limits: Partial<PoolLimits> = {}) {
    const { heapMiB, describesOnly, project = root } = { ...defaultLimits, ...limits };
    this.#python = new PythonServer(root, project);
    const queueOf = (start: () => HostChild) => new HostQueue(() => new HookHost(start(), limits), limits.mostHosts);
    this.#queues = {
      typescript: queueOf(() => startTypeScriptHost(root, { project, heapMiB, describesOnly })),
      python: queueOf(() => this.#python.fork()),
    };
    process.on("exit", this.#killAll);
  }

  /** @throws HookFailure (as a rejection) */
  run(job: HostJob): Promise<HostAnswer> {
    return this.#queues[hookLanguage(job.request.file)].run(job);
  }

  close(): void {
    process.off("exit", this.#killAll);
    for (const queue of Object.values(this.#queues)) queue.close();
    this.#python.close();
  }
}
