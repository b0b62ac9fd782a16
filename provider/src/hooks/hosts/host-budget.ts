// How many hosts there may be at once, over all products: hosts that wait make room for products that have none.

/** What the budget knows of the hosts of one product. */
export interface Budgeted {
  readonly hostCount: number;
  /** Work waits, and there is no host for it. */
  readonly isStarved: boolean;
  /** Ends a host that does nothing; false where there is none. */
  endIdleHost(): boolean;
  /** Goes on with what waits. */
  dispatch(): void;
}

export class HostBudget {
  readonly #members = new Set<Budgeted>();

  constructor(private readonly most: number) {}

  join(member: Budgeted): void {
    this.#members.add(member);
  }

  /** Whether `member` may start one more host; where there are as many as may be, an idle one of another product is ended for it. */
  mayStart(member: Budgeted): boolean {
    const count = [...this.#members].reduce((sum, each) => sum + each.hostCount, 0);
    return count < this.most || [...this.#members].some((each) => each !== member && each.endIdleHost());
  }

  /** Called when a host of `member` has done its work: whether it is to make room for another product, which is told. */
  makeRoom(member: Budgeted): void {
    const starved = [...this.#members].filter((each) => each !== member && each.isStarved);
    for (const each of starved) each.dispatch();
  }
}
