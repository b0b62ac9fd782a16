// Runs the real `pulumi` in the demo's folder and shows what it prints.
import { spawn } from "node:child_process";
import { Interrupted } from "../setup/errors.mjs";
import { Failure } from "./failure.mjs";
import * as screen from "./screen.mjs";

/** Pulumi's exit code for a run that was cancelled by Ctrl-C. */
const cancelled = 8;

/** @typedef {{ shown?: string, input?: string, env?: NodeJS.ProcessEnv, capture?: "tee" | "silent" }} RunOptions */

export class Pulumi {
  /** Stacks that may have resources. @type {Set<string>} */
  stacks = new Set();

  /**
   * @param {import("./folder.mjs").Folder} folder
   * @param {AbortSignal} signal
   */
  constructor(folder, signal) {
    this.folder = folder;
    this.signal = signal;
  }

  /**
   * Shows the command, runs it and lets it write to our terminal; resolves with what it printed where that is captured.
   * @param {string[]} args
   * @param {RunOptions} options shown: the command as it is shown, where it is more than `pulumi ARGS`; input: for its
   * standard input; capture: tee shows the output as well, silent shows neither it nor the command
   */
  async run(args, { shown, input, env = {}, capture } = {}) {
    const typed = ["pulumi", ...args].map((arg) => (/[^\w./:=@-]/.test(arg) ? `'${arg}'` : arg)).join(" ");
    if (capture !== "silent") screen.command(shown ?? typed, { isQuiet: args[0] === "config" });
    // An interactive Pulumi draws its live tree; where we read along it is not one, and keeps its colours all the same.
    const colour = capture ? ["--color", capture === "tee" && screen.isColoured ? "always" : "never"] : [];
    const { code, output } = await this.#spawn([...args, ...colour], { input, env, capture });
    if (code === 0) return output;
    this.signal.throwIfAborted();
    if (code === cancelled) throw new Interrupted("SIGINT");
    if (capture === "silent") screen.say(output);
    throw new Failure(
      `\`${typed}\` ended with exit code ${code}`,
      "its output above, which names the plug, the step and the repair; after Ctrl-C it says `canceled`",
    );
  }

  /**
   * @param {string[]} args
   * @param {RunOptions} options
   * @returns {Promise<{ code: number | null, output: string }>}
   */
  #spawn(args, { input, env, capture }) {
    this.signal.throwIfAborted();
    const piped = capture ? "pipe" : "inherit";
    const child = spawn("pulumi", args, {
      cwd: this.folder.path,
      env: { ...this.folder.env, ...env },
      stdio: [input === undefined ? (capture ? "ignore" : "inherit") : "pipe", piped, piped],
    });
    child.stdin?.end(input);
    /** @type {Buffer[]} */
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        chunks.push(chunk);
        if (capture === "tee") process.stdout.write(chunk);
      });
    }
    // On a terminal Ctrl-C has reached Pulumi already; a second one would be an order to stop at once.
    const interrupt = () => {
      if (!process.stdin.isTTY) child.kill("SIGINT");
    };
    this.signal.addEventListener("abort", interrupt, { once: true });
    return new Promise((resolve, reject) => {
      child.on("error", (error) =>
        reject(
          new Failure(
            `pulumi could not be started: ${error.message}`,
            "PATH; `npm run setup` says how to call pulumi by hand",
          ),
        ),
      );
      child.on("close", (code) => resolve({ code, output: Buffer.concat(chunks).toString("utf8") }));
    }).finally(() => this.signal.removeEventListener("abort", interrupt));
  }

  /** @returns {Promise<string>} */
  async version() {
    return (await this.run(["version"], { capture: "silent" })).trim();
  }

  /** @param {string} stack */
  async init(stack) {
    await this.run(["stack", "init", stack]);
  }

  /**
   * @param {string} stack
   * @param {NodeJS.ProcessEnv} [env]
   */
  async up(stack, env) {
    this.stacks.add(stack);
    await this.run(["up", "--stack", stack, "--yes", "--skip-preview"], { env });
  }

  /**
   * @param {string} stack
   * @param {NodeJS.ProcessEnv} [env]
   */
  async destroy(stack, env) {
    await this.run(["destroy", "--stack", stack, "--yes", "--skip-preview"], { env });
    this.stacks.delete(stack);
  }

  /**
   * Names of the plugs in the stack's state.
   * @param {string} stack
   * @returns {Promise<string[]>}
   */
  async plugs(stack) {
    return Object.keys(await this.plugStates(stack));
  }

  /**
   * What a refresh found to be different at a plug's tenants.
   * @param {string} stack
   * @param {string} plug
   * @returns {Promise<string[]>}
   */
  async drift(stack, plug) {
    return (await this.plugStates(stack))[plug]?.drift ?? [];
  }

  /** @param {string} stack @returns {Promise<Record<string, { drift?: string[] }>>} outputs by the plug's name */
  async plugStates(stack) {
    const { deployment } = JSON.parse(await this.run(["stack", "export", "--stack", stack], { capture: "silent" }));
    /** @type {{ urn: string, type: string, outputs: object }[]} */
    const resources = deployment.resources ?? [];
    const plugs = resources.filter(({ type }) => type.endsWith("meshroom:Plug"));
    return Object.fromEntries(plugs.map(({ urn, outputs }) => [urn.split("::").slice(3).join("::"), outputs]));
  }
}
