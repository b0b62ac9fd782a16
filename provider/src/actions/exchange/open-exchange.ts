// An exchange that is ready: its hook, what the hook is given, and a host that runs it once or line by line.
import type { Diagnostic } from "../../diagnostic";
import { MeshroomError } from "../../diagnostic";
import { hookIntegration } from "../../hooks/hook-integration";
import { askMasked } from "../../hooks/hosts/ask-person";
import { failureCodes } from "../../hooks/hosts/failure-codes";
import { HookFailure, type Level } from "../../hooks/hosts/host-job";
import { HostPool } from "../../hooks/hosts/host-pool";
import type { InstanceData, InvocationContext, PromptKind, SecretScope } from "../../hooks/hosts/protocol";
import type { Json } from "../../hooks/imported/api";
import { openProject } from "../../mesh/open";
import { withDefaults } from "../../model/setting";
import type { Instance, Project, Setting } from "../../model/types";
import { SecretMask } from "../../secrets/mask";
import { nestedSecrets, placeSecrets } from "../../secrets/nested";
import { findSecret, type SecretId, type SecretSource } from "../../secrets/sources";
import { ownName, type StoreNames, storeNames } from "../../secrets/store-names";
import { type DeployedMesh, type PlugState, readDeployedMesh } from "../engine/mesh-state";
import { instanceSecret, plugSecret, projectSecrets } from "../settings/project-secrets";
import type { ExchangeKind } from "./choose-hook";
import { requireSecret, secretSources } from "./exchange-secrets";
import { type ExchangeQuery, type ExchangeTarget, findTarget } from "./find-target";

export type { Json } from "../../hooks/imported/api";

export interface ExchangeRequest extends Omit<ExchangeQuery, "kind"> {
  /** Absolute path of the project. */
  root: string;
  /** Name of the stack whose state is used; the selected one where absent. */
  stack?: string;
  /** What the hook prints and logs, masked. */
  onLine?(level: Level, line: string): void;
  /** Asks the person at the terminal for the hook, where stdin is read for other things. */
  ask?(kind: PromptKind, text: string): Promise<string>;
}

/** Seconds that a hook has when it does not say. A watch ends when it is told to. */
const TIMEOUT = 300;
/** The longest time that a timer can hold, in seconds. */
const FOREVER = 2_000_000;

export class Exchange {
  /** Its hook, as people call it. */
  readonly title: string;
  /** False for a plug that has not been set up, or an instance without a plug. */
  readonly isUp: boolean;
  readonly #pool: HostPool;
  readonly #mask = new SecretMask();
  /** Which secrets share a name in the store. */
  readonly #names: StoreNames["names"];

  private constructor(
    private readonly project: Project,
    private readonly target: ExchangeTarget,
    private readonly mesh: DeployedMesh,
    private readonly sources: readonly SecretSource[],
    private readonly onLine: ExchangeRequest["onLine"],
    private readonly ask: ExchangeRequest["ask"],
  ) {
    this.title = target.hook.title;
    this.isUp = this.#state() !== undefined;
    this.#pool = new HostPool(project.root);
    this.#names = storeNames(projectSecrets(project)).names;
    for (const value of Object.values(this.#state()?.secrets ?? {})) this.#mask.add(value);
  }

  /** @throws MeshroomError as {@link findTarget} and `readDeployedMesh` */
  static async open(kind: ExchangeKind, request: ExchangeRequest): Promise<Exchange> {
    const project = openProject(request.root);
    const target = findTarget(project, { ...request, kind });
    const mesh = await readDeployedMesh(project.root, { stack: request.stack });
    const sources = await secretSources(project.root, mesh);
    const exchange = new Exchange(project, target, mesh, sources, request.onLine, request.ask);
    if (target.plug && !exchange.isUp)
      request.onLine?.("warning", `${target.plug.name} is not set up; \`meshroom up\` does that`);
    return exchange;
  }

  /** Name of the plug; undefined for an instance alone. */
  get plug(): string | undefined {
    return this.target.plug?.name;
  }

  /**
   * Runs the hook once. What it stores in the plug is not kept: only set-up hooks store.
   * @throws MeshroomError HOOK_FAILED, HOOK_TIMEOUT, ...; all text in it is masked
   */
  async run(
    given: { data?: string; params?: Record<string, Json> },
    options: { signal?: AbortSignal; onItem?(value: Json): void | Promise<void> } = {},
  ): Promise<Json | undefined> {
    const { hook } = this.target;
    try {
      const answer = await this.#pool.run({
        request: {
          type: "invoke",
          root: this.project.root,
          file: hook.file,
          export: hook.export,
          kind: hook.kind,
          context: { ...this.#context(), ...given },
        },
        timeout: hook.timeout ?? (hook.kind === "watch" ? FOREVER : TIMEOUT),
        signal: options.signal,
        hide: (line) => this.#mask.hide(line),
        onLine: this.onLine,
        onItem: (value) => options.onItem?.(this.#hide(value)),
        onSetSecret: (name) =>
          this.onLine?.("warning", `plug.setSecret("${name}") is not kept: only set-up hooks store`),
        secret: async (scope, name) => this.#secret(scope, name),
        prompt: (kind, text) => askMasked(this.#mask, kind, text, process.env, this.ask),
      });
      const value = "value" in answer ? answer.value : undefined;
      return value === undefined ? undefined : this.#hide(value);
    } catch (error) {
      if (error instanceof HookFailure) throw new MeshroomError(this.#describe(error));
      throw error;
    }
  }

  close(): void {
    this.#pool.close();
  }

  #state(): PlugState | undefined {
    return this.target.plug && this.mesh.plugs.get(this.target.plug.manifest.manifest);
  }

  #context(): InvocationContext {
    const { plug, end } = this.target;
    const instance = this.#instance(end.instance);
    if (!plug) return { instance, role: end.role, topic: end.topic };
    const other = end.side === "source" ? plug.destination : plug.source;
    return {
      instance,
      peer: this.#instance(other.instance),
      role: end.role,
      integration: end.integration && hookIntegration(end.integration),
      plug: this.#plug(plug),
    };
  }

  #plug({ manifest, name, mode, source, destination }: NonNullable<ExchangeTarget["plug"]>): InvocationContext["plug"] {
    const { constraints } = source;
    const inPlug = (path: string) => plugSecret(manifest, mode, path);
    return {
      name,
      topic: manifest.topic,
      mode,
      format: constraints.format,
      constraints: { ...constraints },
      source: manifest.src_instance,
      destination: manifest.dst_instance,
      src_config: this.#withNested(source.integration?.settings ?? [], manifest.src_config, inPlug),
      dst_config: this.#withNested(destination.integration?.settings ?? [], manifest.dst_config, inPlug),
      settings: { ...manifest.settings, ...this.#state()?.settings } as Record<string, Json>,
    };
  }

  /** As the stack has the instance; where it has none, as it stands in the tree. */
  #instance(instance: Instance): InstanceData {
    const { name, product, address } = instance;
    const declared = this.project.products.get(product)?.settings ?? [];
    const values = this.mesh.instances.get(address) ?? instance.settings;
    return { name, product, settings: this.#withNested(declared, values, (path) => instanceSecret(instance, path)) };
  }

  /** Secrets inside objects and lists stand in their places; the others are asked for by name. */
  #withNested(
    declared: readonly Setting[],
    values: Readonly<Record<string, unknown>>,
    idOf: (path: string) => SecretId,
  ): Record<string, Json> {
    const known = withDefaults(declared, values);
    const whole = placeSecrets(known, nestedSecrets(declared, known), (path) => this.#find(idOf(path)));
    return whole as Record<string, Json>;
  }

  #find(id: SecretId): string | undefined {
    const value = findSecret(this.sources, this.#stored(id));
    if (value !== undefined) this.#mask.add(value);
    return value;
  }

  /** The id as the store knows it: with a mark where two secrets share a name. */
  #stored(id: SecretId): SecretId {
    return this.#names.get(ownName(id))?.id ?? id;
  }

  #secret(scope: SecretScope, name: string): string {
    const value = this.#state()?.secrets[name];
    if (scope === "plug" && value !== undefined) return value;
    const found = requireSecret(this.sources, this.#stored(this.#secretId(scope, name)));
    this.#mask.add(found);
    return found;
  }

  #secretId(scope: SecretScope, name: string): SecretId {
    const { plug, end } = this.target;
    if (scope === "instance" || !plug) return instanceSecret(end.instance, name);
    if (scope === "peer")
      return instanceSecret((end.side === "source" ? plug.destination : plug.source).instance, name);
    return plugSecret(plug.manifest, plug.mode, name);
  }

  /** A hook's data may hold what it was given: it is printed, so it is masked. */
  #hide(value: Json): Json {
    if (typeof value === "string") return this.#mask.hide(value);
    if (Array.isArray(value)) return value.map((item) => this.#hide(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#hide(item)]));
  }

  #describe(failure: HookFailure): Diagnostic {
    const { hook, end, plug } = this.target;
    const where = plug ? `plug ${plug.name}` : `instance ${end.instance.address}`;
    return {
      code: failureCodes[failure.rule],
      severity: "error",
      summary: this.#mask.hide(`${hook.kind} hook "${hook.title}" of ${where}: ${failure.message}`),
      remedy: failure.remedy,
      at: failure.at ?? { file: hook.file, line: 1, column: 1 },
    };
  }
}
