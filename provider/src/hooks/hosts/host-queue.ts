// The hosts of one product and language, started as they are needed and used again: one hook at a time in each, so that a hook takes down nobody else's.
import type { Budgeted, HostBudget } from "./host-budget";
import { HookFailure, type HostAnswer, type HostJob } from "./host-job";
import type { HookHost } from "./host-process";

/** A queue that a new host has not emptied after this time deserves a further one. */
const GROW_AFTER_MS = 40;

interface Queued {
  job: HostJob;
  resolve(answer: HostAnswer): void;
  reject(error: unknown): void;
}

export class HostQueue implements Budgeted {
  readonly #hosts = new Set<HookHost>();
  readonly #queue: Queued[] = [];
  #starting: HookHost | undefined;
  #growth: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly start: () => HookHost,
    private readonly budget: HostBudget,
  ) {
    budget.join(this);
  }

  get hostCount(): number {
    return [...this.#hosts].filter((host) => !host.isGone).length + (this.#starting ? 1 : 0);
  }

  get isStarved(): boolean {
    return this.#queue.length > 0 && this.hostCount === 0;
  }

  endIdleHost(): boolean {
    const idle = [...this.#hosts].find((host) => !host.isBusy && !host.isGone);
    if (!idle) return false;
    this.#hosts.delete(idle);
    idle.kill();
    return true;
  }

  /** @throws HookFailure (as a rejection) */
  run(job: HostJob): Promise<HostAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new HookFailure("exited", "the run is being ended"));
        return;
      }
      this.#queue.push({ job, resolve, reject });
      this.dispatch();
    });
  }

  dispatch(): void {
    for (const host of this.#hosts) {
      if (this.#queue.length === 0) return;
      if (host.isGone) this.#hosts.delete(host);
      else if (!host.isBusy) this.#give(host, this.#queue.shift() as Queued);
    }
    if (this.#queue.length === 0) return;
    if (this.#hosts.size === 0) this.#grow();
    else this.#growLater();
  }

  #give(host: HookHost, queued: Queued): void {
    const next = () => {
      if (host.isGone) this.#hosts.delete(host);
      this.budget.makeRoom(this);
      this.dispatch();
    };
    host.run(queued.job).then(queued.resolve, queued.reject).finally(next);
  }

  #growLater(): void {
    this.#growth ??= setTimeout(() => {
      this.#growth = undefined;
      if (this.#queue.length > 0) this.#grow();
    }, GROW_AFTER_MS).unref();
  }

  /** Starts one host; the next only when this one works and the queue is still there: most hooks are done sooner than a host starts. */
  #grow(): void {
    if (this.#starting || this.#closed || !this.budget.mayStart(this)) return;
    const host = this.start();
    this.#starting = host;
    host.ready.then(
      () => {
        this.#starting = undefined;
        this.#hosts.add(host);
        this.dispatch();
      },
      (failure) => {
        this.#starting = undefined;
        this.#queue.shift()?.reject(failure);
        this.dispatch();
      },
    );
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#growth);
    this.#starting?.kill();
    for (const host of this.#hosts) host.kill();
    this.#hosts.clear();
    for (const queued of this.#queue.splice(0)) queued.reject(new HookFailure("exited", "the run is being ended"));
  }
}
