// CrowdSec's local API with a machine's account: alerts and decisions. During a reload it is away for a second or two,
// so questions wait for it.
import { HttpError, request } from "../../../lib/http.ts";
import { waitFor } from "../../../lib/wait.ts";

/** It refuses a login from a program whose name has no version. */
const agent = { "user-agent": "meshroom/1" };

export interface Account {
  url: string;
  machine: string;
  password: string;
}

export interface Decision {
  scope: "Ip";
  type: "ban";
  value: string;
  duration: string;
  origin: string;
  /** What it was decided for: a plug's decisions bear its name. */
  scenario: string;
}

export class LocalApi {
  private readonly account: Account;
  private readonly signal: AbortSignal | undefined;
  private token: string | undefined;

  constructor(account: Account, signal?: AbortSignal) {
    this.account = { ...account, url: account.url.replace(/\/?$/, "/") };
    this.signal = signal;
  }

  /** Fails where the account is not accepted. */
  async login(): Promise<void> {
    const { machine, password } = this.account;
    const body = { machine_id: machine, password, scenarios: [] };
    const response = await this.patiently("POST", "v1/watchers/login", body, {});
    this.token = ((await response.json()) as { token: string }).token;
  }

  /** One alert that carries decisions. It is marked as remediated already, so that no profile decides again. */
  async decide(decisions: readonly Decision[], message: string): Promise<void> {
    const now = new Date().toISOString();
    const alerts = decisions.map((decision) => ({
      scenario: decision.scenario,
      scenario_hash: "",
      scenario_version: "",
      message,
      events_count: 1,
      start_at: now,
      stop_at: now,
      capacity: 0,
      leakspeed: "0",
      simulated: false,
      remediation: false,
      events: [],
      source: { scope: decision.scope, value: decision.value, ip: decision.value },
      decisions: [decision],
    }));
    await this.ask("POST", "v1/alerts", alerts);
  }

  /** Lifts all decisions for a scenario: bouncers are told. */
  async lift(scenario: string): Promise<void> {
    await this.ask("DELETE", `v1/decisions?scenario=${encodeURIComponent(scenario)}`);
  }

  async alerts(since: string): Promise<{ id: number; [key: string]: unknown }[]> {
    const response = await this.ask("GET", `v1/alerts?since=${since}&limit=100`);
    return (await response.json()) ?? [];
  }

  private async ask(method: string, path: string, body?: unknown): Promise<Response> {
    if (!this.token) await this.login();
    const send = () => this.patiently(method, path, body, { authorization: `Bearer ${this.token}` });
    return send().catch(async (error) => {
      if (!(error instanceof HttpError) || error.status !== 401) throw error;
      await this.login(); // tokens last an hour
      return send();
    });
  }

  private patiently(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Response> {
    const url = `${this.account.url}${path}`;
    let last: Error | undefined;
    const attempt = () =>
      request(url, { method, body, headers: { ...agent, ...headers }, signal: this.signal }).catch((error: Error) => {
        if (error instanceof HttpError && error.status < 500) throw error;
        last = error;
        return undefined;
      });
    return waitFor(url, attempt, { signal: this.signal }).catch((error) => {
      throw last ?? error;
    });
  }
}
