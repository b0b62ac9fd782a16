// What the acts share: the folder, Pulumi, and the tenants that run.
import { Pulumi } from "./pulumi.mjs";
import * as screen from "./screen.mjs";
import { Soc } from "./soc.mjs";

/** @typedef {{ folder: import("./folder.mjs").Folder, signal: AbortSignal, ephemeral: boolean, stay: boolean }} Options */
/** @typedef {{ title: string, run: (stage: Stage) => Promise<void> }} Act */

export class Stage {
  /** @type {Map<string, Soc>} */
  #socs = new Map();

  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    this.folder = options.folder;
    this.pulumi = new Pulumi(options.folder, options.signal);
  }

  get lab() {
    return this.#soc("lab");
  }

  get prod() {
    return this.#soc("prod");
  }

  /** Environments whose tenants run. */
  get socs() {
    return [...this.#socs.values()];
  }

  /** @param {"lab" | "prod"} environment */
  async startTenants(environment) {
    screen.tell(`the same as: node meshroom-project/tenants/start.mjs ${environment}, but in this process`);
    const soc = await Soc.start(environment, this.options);
    this.#socs.set(environment, soc);
    if (soc.moved) screen.say(`on free ports instead of its own: ${soc.moved}`);
    for (const [name, url] of Object.entries(soc.urls)) screen.say(`  ${name.padEnd(10)} ${url}`);
    await soc.expectTraces([]);
    screen.ok(`${soc.instances.length} tenants answer, and nothing connects them yet`);
    return soc;
  }

  /**
   * Tells the stack where its tenants are, where that is not what its config says.
   * @param {Soc} soc
   */
  async configureUrls({ environment, urls, moved }) {
    if (!moved) return;
    for (const [name, url] of Object.entries(urls)) {
      await this.pulumi.run(["config", "set", "--stack", environment, "--path", `settings.${name}.url`, url]);
    }
  }

  async stop() {
    await Promise.all(this.socs.map((soc) => soc.stop()));
  }

  /**
   * @param {"lab" | "prod"} environment
   * @returns {Soc}
   */
  #soc(environment) {
    const soc = this.#socs.get(environment);
    if (!soc) throw new Error(`the tenants of ${environment} do not run yet`);
    return soc;
  }
}
