// A mesh as a reviewer asks about it: who sends what to whom, with which steps, settings, secrets and destinations. Read from the tree alone.
import { isError } from "../diagnostic";
import { plugName } from "../graph/render";
import type { ResolvedPlug } from "../graph/resolve-plug";
import { computedWarnings } from "../hooks/describing/describe";
import { HookSources } from "../hooks/describing/hook-sources";
import { hookFilesOf } from "../hooks/describing/select";
import { mergeSettings } from "../mesh/merge-settings";
import { type DescribedFiles, describeFiles, hookFilesIn, resolveAsRead } from "../mesh/open";
import { MeshSecrets } from "../mesh/secrets";
import { describeCapability } from "../model/capability";
import { withDefaults } from "../model/setting";
import type { Capability, Instance, Plug, Project, Setting } from "../model/types";
import { withoutSecrets } from "../secrets/nested";
import { secretName } from "../secrets/sources";
import type { Flow } from "./report";

/** What a stack says about a mesh. */
export interface StackChoice {
  /** Addresses; undefined: all. */
  instances: ReadonlySet<string> | undefined;
  /** Values over those of the tree, by instance or plug, then by setting. Secret ones are `secretValue`. */
  settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Stands for a value that a stack's config holds encrypted. */
export const secretValue = "[secret]";

export interface ViewedInstance {
  address: string;
  product: string;
  /** As the stack has them, without secrets. */
  settings: Readonly<Record<string, unknown>>;
  /** Place of each setting's value in the tree, by name. */
  places: Readonly<Record<string, { file: string; line: number }>>;
}

export interface MeshView {
  instances: readonly ViewedInstance[];
  flows: readonly Flow[];
  /** By product: `consumes events (push, format json)`. */
  capabilities: ReadonlyMap<string, ReadonlyMap<string, Capability>>;
  /** Digest by path of every hook file, imports included. */
  hookFiles: ReadonlyMap<string, string>;
}

/** A project as its stacks see it; what they share is read once, and nothing of the project is run. */
export class MeshViewer {
  readonly #sources: HookSources;
  readonly #described: DescribedFiles;
  readonly #secrets: MeshSecrets;
  readonly #capabilities: MeshView["capabilities"];
  readonly #hookFiles: MeshView["hookFiles"];

  constructor(private readonly project: Project) {
    this.#sources = new HookSources(project.root);
    const files = hookFilesIn(project);
    this.#described = describeFiles(project, files, "leave", this.#sources);
    this.#secrets = new MeshSecrets(project);
    this.#capabilities = new Map(
      [...project.products.values()].map(({ name, capabilities }) => [
        name,
        new Map(capabilities.map((each) => [describeCapability(each), each])),
      ]),
    );
    this.#hookFiles = new Map(files.flatMap((file) => Object.entries(this.#sources.digests(file))));
  }

  view(choice: StackChoice): MeshView {
    const { project } = this;
    const isChosen = (address: string) => choice.instances?.has(address) ?? true;
    const plugs = project.plugs.filter((plug) => isChosen(plug.src_instance) && isChosen(plug.dst_instance));
    return {
      instances: project.instances
        .filter(({ address }) => isChosen(address))
        .map((each) => this.#instance(each, choice)),
      flows: plugs.map((plug) => this.#flow(plug, choice)),
      capabilities: this.#capabilities,
      hookFiles: this.#hookFiles,
    };
  }

  #instance(instance: Instance, choice: StackChoice): ViewedInstance {
    const { address, product, settings, places } = instance;
    const declared = this.project.products.get(product)?.settings ?? [];
    const merged = mergeSettings(settings, choice.settings[address] ?? {});
    return { address, product, settings: this.#shown(declared, merged), places };
  }

  /** A value that is encrypted in the stack's config stays hidden; one that is declared secret is not shown at all. */
  #shown(declared: readonly Setting[], values: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return withoutSecrets(declared, withDefaults(declared, values));
  }

  #flow(plug: Plug, choice: StackChoice): Flow {
    const read = resolveAsRead(this.project, plug, this.#described);
    if ("problems" in read) return this.#unresolved(plug, read.problems[0]?.summary ?? "it can't be resolved");
    const resolved: ResolvedPlug =
      "ends" in read
        ? { ...read.ends, plug, owners: [], setup: [], teardown: [], status: [], reason: "computed" }
        : read;
    const problem = plug.problems.find(isError)?.summary;
    const { source, destination, kind, mode, topic, owners } = resolved;
    const { mode: _, ...constraints } = resolved.constraints;
    const settings = {
      ...mergeSettings(plug.settings, choice.settings[plugName(plug)] ?? {}),
      ...prefixed("source", this.#shown(source.integration?.settings ?? [], plug.src_config)),
      ...prefixed("destination", this.#shown(destination.integration?.settings ?? [], plug.dst_config)),
    };
    const allows = allowed(resolved);
    return {
      ...this.#base(plug),
      topic,
      kind,
      mode,
      constraints,
      ...(constraints.format && { format: constraints.format }),
      ...(constraints.protocol && { protocol: constraints.protocol }),
      ...(allows && { allows }),
      owners: [...owners],
      steps: resolved.setup.map(({ instance, hook }) => `${instance}: ${hook.title}`),
      settings,
      ...this.#code(resolved),
      secrets: this.#secretsOf(plug, resolved),
      computed: this.#computedFiles(resolved),
      ...(problem && { problem }),
    };
  }

  #base(plug: Plug) {
    const { src_instance: source, dst_instance: destination, manifest, at } = plug;
    return { name: plugName(plug), source, destination, at: { file: manifest, line: at.line } };
  }

  #unresolved(plug: Plug, problem: string): Flow {
    const { mode = "push", ...constraints } = plug.constraints;
    return {
      ...this.#base(plug),
      topic: plug.topic,
      kind: plug.kind ?? "data",
      mode,
      constraints,
      owners: [],
      steps: [],
      settings: {},
      code: {},
      quietCode: {},
      secrets: [],
      computed: [],
      problem,
    };
  }

  #code({ setup, teardown, status }: ResolvedPlug): Pick<Flow, "code" | "quietCode"> {
    const digests = (steps: ResolvedPlug["setup"]) =>
      Object.assign({}, ...steps.map(({ hook }) => this.#sources.digests(hook.file))) as Record<string, string>;
    const code = digests(setup);
    const quiet = Object.entries(digests([...teardown, ...status])).filter(([file]) => !(file in code));
    return { code, quietCode: Object.fromEntries(quiet) };
  }

  /** Hooks of an owner may ask for the secrets of both instances and of the plug. */
  #secretsOf(plug: Plug, resolved: ResolvedPlug): Flow["secrets"] {
    const { ids } = this.#secrets.ofPlug(plug, resolved);
    return resolved.owners.flatMap((side) => {
      const to = resolved[side].instance.address;
      return ids.map((id) => ({ name: secretName(id), to }));
    });
  }

  #computedFiles({ source, destination }: ResolvedPlug): string[] {
    return [source, destination].flatMap(hookFilesOf).filter((file) => {
      const described = this.#described.get(file);
      return described && computedWarnings(new Map([[file, described]])).length > 0;
    });
  }
}

function prefixed(side: string, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${side}.${name}`, value]));
}

/** The words of the destination's capability, where it has any. */
function allowed({ destination, topic, constraints }: ResolvedPlug): string | undefined {
  const { role } = destination;
  const serving = destination.product.capabilities.filter(
    (each) =>
      each.role === role &&
      (each.topic ?? topic) === topic &&
      Object.entries(each.constraints).every(([key, value]) => constraints[key] === value),
  );
  const words = serving.map(({ details }) => details.description).find((each) => typeof each === "string");
  return words as string | undefined;
}
