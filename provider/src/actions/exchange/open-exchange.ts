// An exchange that is ready: its hook, what the hook is given, and a host that runs it once or line by line.

import type { PromptKind } from "../../base/ask-person";
import type { Json } from "../../base/json";
import { visible } from "../../base/visible";
import type { Level } from "../../hooks/hosts/host-job";
import { HostPool } from "../../hooks/hosts/host-pool";
import type { InvocationContext, SecretScope } from "../../hooks/hosts/protocol";
import { endInputs } from "../../mesh/end-inputs";
import { type EndFacts, instanceContext, type PlugFacts, plugContext, secretAsked } from "../../mesh/hook-context";
import { openProject } from "../../mesh/open";
import { runHook } from "../../mesh/run-hook";
import { type MeshSources, openSources } from "../../mesh/secret-sources";
import { instanceOwner, MeshSecrets } from "../../mesh/secrets";
import { withDefaults } from "../../model/setting";
import type { Instance, Project, Setting } from "../../model/types";
import { SecretMask } from "../../secrets/mask";
import { nestedSecrets } from "../../secrets/nested";
import type { SecretId } from "../../secrets/sources";
import { type DeployedMesh, type PlugState, readDeployedMesh } from "../engine/mesh-state";
import type { ExchangeKind } from "./choose-hook";
import { type ExchangeQuery, type ExchangeTarget, findTarget } from "./find-target";

export interface ExchangeRequest extends Omit<ExchangeQuery, "kind"> {
  /** Absolute path of the project. */
  root: string;
  /** Name of the stack whose state is used; the selected one where absent. */
  stack?: string;
  /** What the hook prints and logs, masked, behind its title. */
  onLine?(level: Level, line: string): void;
  /** What is to be known besides. */
  onNote?(text: string): void;
  /** Asks the person at the terminal for the hook, where stdin is read for other things. */
  ask?(kind: PromptKind, text: string): Promise<string>;
}

export class Exchange {
  /** Its hook, as people call it. */
  readonly title: string;
  /** False for a plug that has not been set up, or an instance without a plug. */
  readonly isUp: boolean;
  readonly #pool: HostPool;
  readonly #mask = new SecretMask();
  readonly #secrets: MeshSecrets;
  /** Undefined for an instance alone. */
  readonly #plug: PlugFacts | undefined;

  private constructor(
    private readonly project: Project,
    private readonly target: ExchangeTarget,
    private readonly mesh: DeployedMesh,
    private readonly sources: MeshSources,
    private readonly request: ExchangeRequest,
  ) {
    this.title = target.hook.title;
    this.isUp = this.#state() !== undefined;
    this.#pool = new HostPool(project.root);
    this.#secrets = new MeshSecrets(project);
    this.#plug = target.plug && this.#factsOf(target.plug);
    this.#maskAll();
  }

  /** @throws MeshroomError as {@link findTarget} and `readDeployedMesh` */
  static async open(kind: ExchangeKind, request: ExchangeRequest): Promise<Exchange> {
    const project = openProject(request.root, "run");
    const target = findTarget(project, { ...request, kind });
    const mesh = await readDeployedMesh(project.root, { stack: request.stack });
    const exchange = new Exchange(project, target, mesh, await openSources(project.root, mesh), request);
    if (target.plug && !exchange.isUp) request.onNote?.(`${target.plug.name} is not set up; \`meshroom up\` does that`);
    return exchange;
  }

  /**
   * Runs the hook once. What it stores in the plug is not kept: only set-up hooks store.
   * @throws MeshroomError HOOK_FAILED, HOOK_TIMEOUT, ...; all text in it is masked, as is what it returns
   */
  run(
    given: { data?: string; params?: Record<string, Json> },
    options: { signal?: AbortSignal; onItem?(value: Json): void | Promise<void> } = {},
  ): Promise<Json | undefined> {
    const { hook, end, plug } = this.target;
    const { onLine, onNote, ask } = this.request;
    return runHook({
      ...options,
      pool: this.#pool,
      root: this.project.root,
      hook,
      speaker: `${end.instance.address}: ${hook.title}`,
      of: plug ? `plug ${plug.name}` : `instance ${end.instance.address}`,
      context: { ...this.#context(), ...given },
      mask: this.#mask,
      ask,
      onLine,
      onSetSecret: (name) => onNote?.(`plug.setSecret("${visible(name)}") is not kept: only set-up hooks store`),
      secret: (scope, name) => this.#secret(scope, name),
    });
  }

  close(): void {
    this.#pool.close();
  }

  #state(): PlugState | undefined {
    return this.target.plug && this.mesh.plugs.get(this.target.plug.manifest.manifest);
  }

  /** All that the hook could ask for, whether it does or not: it may know it from elsewhere. */
  #maskAll(): void {
    for (const value of this.mesh.secretSettings) this.#mask.add(value);
    const { plug, end } = this.target;
    const { ids } = plug ? this.#secrets.ofPlug(plug.manifest, plug.ends) : this.#secrets.ofInstance(end.instance);
    const stored = Object.values(this.#state()?.secrets ?? {});
    for (const value of [...ids.map((id) => this.sources.find(id)), ...stored])
      if (value !== undefined) this.#mask.add(value);
  }

  #context(): InvocationContext {
    const { end } = this.target;
    const find = (id: SecretId) => this.#find(id);
    if (this.#plug && end.side) return plugContext(this.#plug, end.side, find);
    const { name, product, address } = end.instance;
    return instanceContext(
      { name, product, address, role: end.role, ...this.#settingsOf(end.instance) },
      end.topic,
      find,
    );
  }

  #factsOf({ manifest, name, ends }: NonNullable<ExchangeTarget["plug"]>): PlugFacts {
    const { topic, mode, constraints } = ends;
    const facts = (side: "source" | "destination", key: "src_config" | "dst_config"): EndFacts => {
      const { integration, instance } = ends[side];
      const { known: config, nested: nestedConfig } = withKnown(integration?.settings ?? [], manifest[key]);
      return { ...endInputs(ends[side], manifest[key]), ...this.#settingsOf(instance), config, nestedConfig };
    };
    return {
      name,
      mesh: this.#state()?.mesh,
      topic,
      mode,
      constraints,
      settings: { ...manifest.settings, ...this.#state()?.settings } as Record<string, Json>,
      ends: { source: facts("source", "src_config"), destination: facts("destination", "dst_config") },
    };
  }

  /** As the stack has the instance; where it has none, as it stands in the tree. */
  #settingsOf({ address, product, settings }: Instance): Pick<EndFacts, "settings" | "nestedSecrets"> {
    const declared = this.project.products.get(product)?.settings ?? [];
    const { known, nested } = withKnown(declared, this.mesh.instances.get(address) ?? settings);
    return { settings: known, nestedSecrets: nested };
  }

  #find(id: SecretId): string | undefined {
    const value = this.sources.find(this.#secrets.marked(id));
    if (value !== undefined) this.#mask.add(value);
    return value;
  }

  #secret(scope: SecretScope, name: string): string {
    const { end } = this.target;
    const stored = scope === "plug" ? this.#state()?.secrets[name] : undefined;
    if (stored !== undefined) return stored;
    const id =
      this.#plug && end.side
        ? secretAsked(this.#plug, end.side, scope, name)
        : { owner: instanceOwner(end.instance), name };
    return this.sources.require(id, this.#secrets.declared(id));
  }
}

/** The values with defaults, and where secrets belong in them. */
function withKnown(declared: readonly Setting[], values: Readonly<Record<string, unknown>>) {
  const known = withDefaults(declared, values) as Record<string, Json>;
  return { known, nested: nestedSecrets(declared, known) };
}
