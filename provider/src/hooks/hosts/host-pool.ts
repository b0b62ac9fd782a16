// The hook hosts of a project, whatever the language of its hooks.

import { type HookLanguage, hookLanguage } from "../describing/hook-sources";
import { HostBudget } from "./host-budget";
import type { HostChild } from "./host-child";
import { defaultLimits, HookFailure, type HostAnswer, type HostJob, type HostLimits } from "./host-job";
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

/** Hosts at most, per language; hooks mostly wait for the network, so more than there are cores. */
const MOST_HOSTS = 16;

/**
 * Runs jobs in hook hosts of one project: a host runs hook files of one product alone, so that what a hook has changed in its process meets no
 * other product's secrets. Close it, or the hosts live as long as this process.
 */
export class HostPool {
  readonly #python: PythonServer;
  readonly #queues = new Map<string, HostQueue>();
  readonly #budgets: Record<HookLanguage, HostBudget>;
  readonly #killAll = () => this.close();
  #isClosed = false;

  constructor(
    private readonly root: string,
    private readonly limits: Partial<PoolLimits> = {},
  ) {
    const { mostHosts = MOST_HOSTS, project = root, describesOnly } = limits;
    this.#python = new PythonServer(root, project, describesOnly ? "describe" : "run");
    this.#budgets = { typescript: new HostBudget(mostHosts), python: new HostBudget(mostHosts) };
    process.on("exit", this.#killAll);
  }

  /** @throws HookFailure (as a rejection) */
  run(job: HostJob): Promise<HostAnswer> {
    const { file } = job.request;
    if (this.#isClosed) return Promise.reject(new HookFailure("exited", "the run is being ended"));
    const language = hookLanguage(file);
    const key = `${language} ${productOf(file)}`;
    let queue = this.#queues.get(key);
    if (!queue) {
      queue = new HostQueue(() => new HookHost(this.#start(language), this.limits), this.#budgets[language]);
      this.#queues.set(key, queue);
    }
    return queue.run(job);
  }

  #start(language: HookLanguage): HostChild {
    if (language === "python") return this.#python.fork();
    const { project = this.root, heapMiB, describesOnly } = { ...defaultLimits, ...this.limits };
    return startTypeScriptHost(this.root, { project, heapMiB, describesOnly });
  }

  close(): void {
    this.#isClosed = true;
    process.off("exit", this.#killAll);
    for (const queue of this.#queues.values()) queue.close();
    this.#python.close();
  }
}

/** Whose code a hook file is: `products/<product>/...`. */
function productOf(file: string): string {
  return file.split("/").slice(0, 2).join("/");
}
