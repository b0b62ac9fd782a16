// Hook hosts, started as they are needed and used again: one hook at a time in each, so that a hook takes down nobody else's.
import { type HostAnswer, type HostJob, HookFailure, HookHost } from "./host-process";

/** Hosts at most; hooks mostly wait for the network, so more than there are cores. */
const MOST_HOSTS = 16;
/** A queue that a new host has not emptied after this time deserves a further one. */
const GROW_AFTER_MS = 40;

interface Queued {
  job: HostJob;
  resolve(answer: HostAnswer): void;
  reject(error: unknown): void;
}

/** Runs jobs in hook hosts of one project. Close it, or the hosts live as long as this process. */
export class HostPool {
  readonly #root: string;
  readonly #hosts = new Set<HookHost>();
  readonly #queue: Queued[] = [];
  readonly #killAll = () => this.close();
  #starting = false;
  #closed = false;

  constructor(root: string) {
    this.#root = root;
    process.on("exit", this.#killAll);
  }

  /** @throws HookFailure (as a rejection) */
  run(job: HostJob): Promise<HostAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new HookFailure("exited", "the run is being ended"));
        return;
      }
      this.#queue.push({ job, resolve, reject });
      this.#dispatch();
      if (this.#queue.length > 0 && this.#hosts.size === 0) this.#grow();
      else if (this.#queue.length > 0) this.#growLater();
    });
  }

  #dispatch(): void {
    for (const host of this.#hosts) {
      if (this.#queue.length === 0) return;
      if (host.isGone) this.#hosts.delete(host);
      else if (!host.isBusy) this.#give(host, this.#queue.shift() as Queued);
    }
    if (this.#queue.length > 0 && this.#hosts.size === 0) this.#grow();
  }

  #give(host: HookHost, queued: Queued): void {
    const next = () => {
      if (host.isGone) this.#hosts.delete(host);
      this.#dispatch();
    };
    host.run(queued.job).then(queued.resolve, queued.reject).finally(next);
  }

  #growLater(): void {
    setTimeout(() => this.#queue.length > 0 && this.#grow(), GROW_AFTER_MS).unref();
  }

  /** Starts one host; the next only when this one works and the queue is still there: most hooks are done sooner than a host starts. */
  #grow(): void {
    if (this.#starting || this.#closed || this.#hosts.size >= MOST_HOSTS) return;
    this.#starting = true;
    const host = HookHost.startTypeScript(this.#root);
    host.ready.then(
      () => {
        this.#starting = false;
        if (this.#closed) {
          host.kill();
          return;
        }
        this.#hosts.add(host);
        this.#dispatch();
        if (this.#queue.length > 0) this.#growLater();
      },
      (failure) => {
        this.#starting = false;
        this.#queue.shift()?.reject(failure);
        this.#dispatch();
      },
    );
  }

  close(): void {
    this.#closed = true;
    process.off("exit", this.#killAll);
    for (const host of this.#hosts) host.kill();
    this.#hosts.clear();
    for (const queued of this.#queue.splice(0)) queued.reject(new HookFailure("exited", "the run is being ended"));
  }
}
