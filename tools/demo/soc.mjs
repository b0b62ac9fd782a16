// The tenants of one environment, and what the demo does and sees at their admin APIs.
import { join } from "node:path";
import { startTenants } from "../../meshroom-project/tenants/start.mjs";
import { check, eventually, Failure } from "./failure.mjs";
import { writePrivate } from "./folder.mjs";
import * as screen from "./screen.mjs";

/** Where a plug leaves something, by instance. */
const places = {
  edge: ["/outputs"],
  branch: ["/outputs"],
  siem: ["/intakes", "/feeds", "/actions"],
  perimeter: ["/api-keys"],
  intel: ["/collections/malicious-ips/subscriptions", "/collections/scanners/subscriptions"],
};

/** @typedef {{ src_ip: string, severity: number, rule: string }} Event */

export class Soc {
  /**
   * On the environment's own ports where they are free, otherwise on others.
   * @param {"lab" | "prod"} environment
   * @param {{ folder: import("./folder.mjs").Folder, signal: AbortSignal, ephemeral: boolean }} options
   */
  static async start(environment, { folder, signal, ephemeral }) {
    const busy = ephemeral ? "free ports were asked for" : undefined;
    const start = (/** @type {string | undefined} */ moved) =>
      startTenants({ environment, ports: moved ? 0 : {} }).then(
        (tenants) => new Soc(environment, tenants, signal, moved),
      );
    const soc = await start(busy).catch((error) => {
      if (busy || !/port is in use/.test(error.message)) throw error;
      return start(error.message);
    });
    writePrivate(join(folder.path, soc.keysFile), `${JSON.stringify(soc.keys, null, 2)}\n`);
    return soc;
  }

  /**
   * @param {"lab" | "prod"} environment
   * @param {Awaited<ReturnType<typeof startTenants>>} tenants
   * @param {AbortSignal} signal
   * @param {string | undefined} moved why the ports are not the environment's own
   */
  constructor(environment, { urls, keys, stop }, signal, moved) {
    this.environment = environment;
    this.urls = urls;
    this.keys = keys;
    this.stop = stop;
    this.signal = signal;
    this.moved = moved;
    this.keysFile = `${environment}-keys.json`;
  }

  get instances() {
    return Object.keys(this.urls);
  }

  /** The API keys as the environment variables that the mesh reads. */
  secretVariables() {
    return Object.fromEntries(
      Object.entries(this.keys).map(([name, key]) => [`MESHROOM_SECRET_${name.toUpperCase()}_API_KEY`, key]),
    );
  }

  /**
   * @param {string} instance
   * @param {string} route `GET /path`
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async call(instance, route, body) {
    const [method, path] = route.split(" ");
    const response = await fetch(`${this.urls[instance]}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.keys[instance]}` },
      body: body && JSON.stringify(body),
    });
    if (response.ok) return response.status === 204 ? undefined : response.json();
    throw new Failure(`${route} at ${this.environment}'s ${instance}: HTTP ${response.status}`);
  }

  /**
   * The same, with the command that does it.
   * @param {string} instance
   * @param {string} route
   * @param {object} [body]
   * @param {string} [field] the only one of the answer that is shown
   */
  async callShown(instance, route, body, field) {
    const [method, path] = route.split(" ");
    const verb = body || method === "GET" ? "" : `-X ${method} `;
    const key = `"Authorization: Bearer $(jq -r .${instance} ${this.keysFile})"`;
    const data = body ? ` -d '${JSON.stringify(body)}'` : "";
    const filter = field ? ` | jq -r .${field}` : "";
    screen.command(`curl -s -H ${key} \\\n    ${verb}${this.urls[instance]}${path}${data}${filter}`);
    const answer = await this.call(instance, route, body);
    if (answer !== undefined) screen.say(field ? answer[field] : JSON.stringify(answer));
    return answer;
  }

  /** What all plugs together have left at the tenants: `edge /outputs`, once per thing. */
  async traces() {
    /** @type {string[]} */
    const found = [];
    for (const [instance, paths] of Object.entries(places)) {
      if (!this.instances.includes(instance)) continue;
      for (const path of paths) {
        for (const _ of await this.call(instance, `GET ${path}`)) found.push(`${instance} ${path}`);
      }
    }
    return found;
  }

  /**
   * Waits for an event from this address at the SIEM.
   * @param {string} ip
   */
  async arrival(ip) {
    const events = await eventually(
      () => this.call("siem", "GET /events"),
      (all) => all.some((/** @type {Event} */ event) => event.src_ip === ip),
      this.#wait(`the arrival of an event from ${ip} at ${this.environment}'s siem`),
    );
    return events.find((/** @type {Event} */ event) => event.src_ip === ip);
  }

  /**
   * Waits for the firewall to block the address.
   * @param {string} ip
   */
  async block(ip) {
    await eventually(
      () => this.isBlocked(ip),
      Boolean,
      this.#wait(`the block of ${ip} at ${this.environment}'s perimeter`),
    );
  }

  /** @param {string} ip */
  async isBlocked(ip) {
    const blocked = await this.call("perimeter", "GET /blocked");
    return blocked.some((/** @type {{ ip: string }} */ block) => block.ip === ip);
  }

  /** @param {string} ip */
  async hasAlert(ip) {
    const alerts = await this.call("siem", "GET /alerts");
    return alerts.some((/** @type {{ event: Event }} */ { event }) => event.src_ip === ip);
  }

  /**
   * @param {string} ip
   * @returns {Promise<boolean>} whether anything here knows the address
   */
  async knows(ip) {
    const events = await this.call("siem", "GET /events");
    const isSeen = events.some((/** @type {Event} */ event) => event.src_ip === ip);
    return isSeen || (await this.hasAlert(ip)) || (await this.isBlocked(ip));
  }

  /** What each tenant says of itself, for the search of a fault. */
  async report() {
    const routes = [
      ...this.instances.map((name) => [name, "GET /status"]),
      ["siem", "GET /settings"],
      ["siem", "GET /alerts"],
    ];
    const answers = routes.map(async ([instance = "", route = ""]) => {
      const answer = await this.call(instance, route).catch((error) => error.message);
      return `${this.environment} ${instance} ${route}: ${JSON.stringify(answer)}`;
    });
    return Promise.all(answers);
  }

  /** @param {string} what */
  #wait(what) {
    return { what, signal: this.signal };
  }

  /**
   * Fails where the tenants hold anything else.
   * @param {string[]} expected as of {@link traces}, in any order
   */
  async expectTraces(expected) {
    const [found, wanted] = [await this.traces(), expected].map((all) => [...all].sort().join(", ") || "nothing");
    check(
      found === wanted,
      `${this.environment}'s tenants hold ${found} instead of ${wanted}`,
      "the output of pulumi above",
    );
  }
}
