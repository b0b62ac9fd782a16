// From a project and a stack's choices to the resources that the stack has: pure deciding, nothing is created here.
import type { Json } from "../base/json";
import { visible, visibleLines } from "../base/visible";
import { type Diagnostic, formatDiagnostic, isError } from "../diagnostic";
import { findCycles } from "../graph/cycles";
import { plugName } from "../graph/render";
import { isResolved, type ResolvedPlug, resolvePlug } from "../graph/resolve-plug";
import { computedWarnings } from "../hooks/describing/describe";
import { HookSources } from "../hooks/describing/hook-sources";
import { withImpliedCapabilities } from "../hooks/describing/implied-capabilities";
import { hookFilesOf } from "../hooks/describing/select";
import { endInputs } from "../mesh/end-inputs";
import { type DescribedFiles, describeFiles, hooksOf } from "../mesh/open";
import { packPlan } from "../mesh/pack-plan";
import { MeshSecrets, type PlannedSecrets } from "../mesh/secrets";
import type { Bookkeeping, InstanceInputs, PlugInputs, ProductInputs, SecretPlace, StepInputs } from "../mesh/stored";
import { describeCapability } from "../model/capability";
import type { ValuesSource } from "../model/setting";
import type { Instance, Plug, Project } from "../model/types";
import { configPath } from "./config-path";
import { type EffectiveSettings, effectiveSettings } from "./effective-settings";
import type { MeshConfig } from "./mesh-config";
import { endConfig, stepInputs } from "./plan-inputs";

/** Inputs as far as they can be known without the engine. */
type Known<T extends Bookkeeping> = Omit<
  T,
  keyof Bookkeeping | "settings" | "sourceSettings" | "destinationSettings" | "__givenSecrets"
>;

interface Planned<Inputs> {
  name: string;
  /** Undefined where only problems are known. */
  inputs: Inputs | undefined;
  problems: Diagnostic[];
}

export type PlannedProduct = Planned<Known<ProductInputs>>;
export interface PlannedInstance extends Planned<Known<InstanceInputs>> {
  instance: Instance;
  settings: EffectiveSettings;
}
export interface PlannedPlug extends Planned<Known<PlugInputs>> {
  plug: Plug;
  settings: Record<string, Json>;
  resolved?: ResolvedPlug;
}

export interface MeshPlan {
  products: PlannedProduct[];
  instances: PlannedInstance[];
  plugs: PlannedPlug[];
  /** What concerns no resource of this stack: the rest of the tree. */
  others: Diagnostic[];
}

/** `folder`: the project relative to the program, as the provider process will find it. */
export function planMesh(project: Project, config: MeshConfig, folder: string): MeshPlan {
  return new Planner(project, config, folder).plan();
}

class Planner {
  readonly #sources: HookSources;
  #described: DescribedFiles = new Map();

  constructor(
    private project: Project,
    private readonly config: MeshConfig,
    private readonly folder: string,
  ) {
    this.#sources = new HookSources(project.root);
  }

  plan(): MeshPlan {
    const instances = this.project.instances.filter(({ address }) => this.config.instances?.has(address) ?? true);
    const addresses = new Set(instances.map(({ address }) => address));
    const isChosen = (address: string) =>
      addresses.has(address) || !this.project.instances.some((each) => each.address === address);
    const plugs = this.project.plugs.filter((plug) => isChosen(plug.src_instance) && isChosen(plug.dst_instance));
    const products = [...new Set(instances.map(({ product }) => product))].sort();
    this.#described = describeFiles(this.project, this.#hookFiles(products), this.config.computed, this.#sources);
    this.project = withImpliedCapabilities(this.project, this.#described);
    const secrets = new MeshSecrets(this.project);
    const plan = {
      products: products.map((name) => this.#planProduct(name)),
      instances: instances.map((instance) => this.#planInstance(instance, secrets)),
      plugs: plugs.map((plug) => this.#planPlug(plug, secrets)),
    };
    this.#addCycles(plan.plugs);
    passOnProblems(plan);
    return { ...plan, others: [...this.#others(plan), ...secrets.problems] };
  }

  #addCycles(plugs: readonly PlannedPlug[]): void {
    const cycles = findCycles(plugs.flatMap(({ resolved }) => resolved ?? []));
    for (const { plug, problems } of plugs) {
      const problem = cycles.get(plug);
      if (problem) problems.push(problem);
    }
  }

  /** Of the products in use: their own hook files, and those of integrations with each other. */
  #hookFiles(names: readonly string[]): string[] {
    return names.flatMap((name) => {
      const product = this.project.products.get(name);
      if (!product) return [];
      const integrations = product.integrations.filter(({ target }) => names.includes(target));
      return [...product.hookFiles, ...integrations.flatMap(({ hookFiles }) => hookFiles)];
    });
  }

  #planProduct(name: string): PlannedProduct {
    const product = this.project.products.get(name);
    if (!product) return { name, inputs: undefined, problems: [] };
    const { vendor, description, capabilities } = product;
    return {
      name,
      // The engine prints them as they are.
      inputs: {
        name,
        vendor: vendor && visible(vendor),
        description: description && visibleLines(description).join("\n"),
        capabilities: capabilities.map(describeCapability).map(visible),
      },
      problems: [...product.problems],
    };
  }

  #planInstance(instance: Instance, secrets: MeshSecrets): PlannedInstance {
    const { address, name, product } = instance;
    const declared = this.project.products.get(product)?.settings ?? [];
    const overrides = this.config.settings[address] ?? {};
    const settings = effectiveSettings(address, declared, instance.settings, overrides, this.#overrideSource(address));
    return {
      name: address,
      instance,
      settings,
      inputs: {
        name,
        product,
        __plan: packPlan({ ...this.#place([address]), secretIds: secrets.ofInstance(instance).ids }),
      },
      problems: [...instance.problems, ...settings.problems],
    };
  }

  /** Where the overrides of an instance's settings come from, and how they are repaired there. */
  #overrideSource(address: string): ValuesSource {
    const { secretKey, isFromProgram } = this.config;
    return {
      subject: `instance ${address}`,
      secretRemedy: (name) => `pulumi config set --secret --path '${configPath(secretKey, address, name)}' VALUE`,
      textRemedy: ([setting, ...members]) => {
        const rest = members.map((member) => (typeof member === "number" ? member : String(member)));
        if (isFromProgram(address, String(setting))) return "give it as text in the program";
        const path = configPath(secretKey.replace(/secrets$/, "settings"), address, String(setting), ...rest);
        return `\`pulumi config set --type string --path '${path}' VALUE\`, or put the value in quotes in ${this.config.file}`;
      },
    };
  }

  /** `owners` are those whose secrets a resource can ask for. */
  #place(owners: readonly string[]): SecretPlace {
    const { secrets, secretKey } = this.config;
    const given = owners.filter((owner) => secrets[owner]).map((owner) => [owner, Object.keys(secrets[owner] ?? {})]);
    return { project: this.folder, secretKey, given: given.length > 0 ? Object.fromEntries(given) : undefined };
  }

  #planPlug(plug: Plug, secrets: MeshSecrets): PlannedPlug {
    const name = plugName(plug);
    const resolved = resolvePlug(this.project, plug, hooksOf(this.#described));
    const overrides = this.config.settings[name] ?? {};
    const settings = { ...plug.settings, ...overrides } as Record<string, Json>;
    // A hook file that does not load explains why no hook was found, so it is reported alone.
    const unloadable = this.#unloadable(plug, isResolved(resolved) ? resolved : undefined);
    if (!isResolved(resolved)) {
      return {
        name,
        plug,
        settings,
        inputs: undefined,
        problems: unloadable.length > 0 ? unloadable : resolved.problems,
      };
    }
    const problems = [...plug.problems, ...unloadable];
    const inputs = this.#plugInputs(name, resolved, secrets.ofPlug(plug, resolved), problems);
    return { name, plug, settings, resolved, inputs, problems };
  }

  /** Hook files of a plug's ends that could not be loaded, or, where nothing is run, not be read whole. */
  #unloadable(plug: Plug, resolved: ResolvedPlug | undefined): Diagnostic[] {
    const files = resolved
      ? [resolved.source, resolved.destination].flatMap(hookFilesOf)
      : this.#possibleFiles(plug.src_instance, plug.dst_instance, plug.topic);
    const found = files.flatMap((file) => {
      const described = this.#described.get(file);
      if (!described) return [];
      const problems = "problem" in described ? [described.problem] : computedWarnings(new Map([[file, described]]));
      return problems.map((problem) => ({ ...problem, summary: `plug ${plug.manifest}: ${problem.summary}` }));
    });
    // Where there is no host, that is so for every file.
    return [...new Map(found.map((problem) => [formatDiagnostic(problem), problem])).values()];
  }

  #possibleFiles(source: string, destination: string, topic: string): string[] {
    const productOf = (address: string) =>
      this.project.instances.find((each) => each.address === address)?.product ?? "";
    const names = [productOf(source), productOf(destination)];
    return names.flatMap((name, index) => {
      const product = this.project.products.get(name);
      const target = names[1 - index];
      const integrations = product?.integrations.filter((each) => each.target === target && each.topic === topic) ?? [];
      return [...integrations.flatMap(({ hookFiles }) => hookFiles), ...(product?.hookFiles ?? [])];
    });
  }

  #plugInputs(
    name: string,
    resolved: ResolvedPlug,
    secrets: PlannedSecrets,
    problems: Diagnostic[],
  ): Known<PlugInputs> {
    const { plug, source, destination, topic, mode } = resolved;
    const { mode: _, ...constraints } = resolved.constraints;
    const steps = [...resolved.setup, ...resolved.teardown, ...resolved.status].map(stepInputs);
    const { code, quietFiles } = this.#code(steps);
    return {
      source: source.instance.address,
      destination: destination.instance.address,
      topic,
      mode,
      constraints: Object.keys(constraints).length > 0 ? constraints : undefined,
      steps: resolved.setup.map((step) => `${step.instance}: ${step.hook.title}`),
      sourceConfig: endConfig(source, plug.src_config, plug, problems),
      destinationConfig: endConfig(destination, plug.dst_config, plug, problems),
      code,
      __plan: packPlan({
        name,
        manifest: plug.manifest,
        ...this.#place([source.instance.address, destination.instance.address, name]),
        ends: {
          source: endInputs(source, plug.src_config),
          destination: endInputs(destination, plug.dst_config),
        },
        steps,
        quietFiles,
        adopt: this.config.adopt && plug.status === "up" ? true : undefined,
        secretIds: secrets.ids,
        requiredSecrets: secrets.required,
      }),
    };
  }

  #code(steps: readonly StepInputs[]): { code: Record<string, string>; quietFiles: string[] } {
    const code: Record<string, string> = {};
    const loud = new Set<string>();
    for (const step of steps) {
      const digests = this.#sources.digests(step.file);
      Object.assign(code, digests);
      if (step.kind === "setup") for (const file of Object.keys(digests)) loud.add(file);
    }
    return { code, quietFiles: Object.keys(code).filter((file) => !loud.has(file)) };
  }

  #others(plan: Omit<MeshPlan, "others">): Diagnostic[] {
    const owned = new Set(
      [...plan.products, ...plan.instances, ...plan.plugs].flatMap(({ problems }) => problems.map(formatDiagnostic)),
    );
    return this.project.diagnostics.filter((diagnostic) => !owned.has(formatDiagnostic(diagnostic)));
  }
}

/** What has a problem takes what depends on it along: a product its instances, an instance its plugs. */
function passOnProblems({ products, instances, plugs }: Omit<MeshPlan, "others">): void {
  for (const { name, inputs, problems } of products) {
    const own = instances.filter(({ instance }) => instance.product === name);
    // A product that is not there: its instances say so.
    if (!inputs)
      addErrors(
        problems,
        own.flatMap((each) => each.problems),
      );
    for (const each of own) addErrors(each.problems, problems);
  }
  for (const { name, problems } of instances)
    for (const each of plugs)
      if ([each.plug.src_instance, each.plug.dst_instance].includes(name)) addErrors(each.problems, problems);
}

function addErrors(to: Diagnostic[], from: readonly Diagnostic[]): void {
  const known = new Set(to.map(formatDiagnostic));
  to.push(...from.filter((each) => isError(each) && !known.has(formatDiagnostic(each))));
}
