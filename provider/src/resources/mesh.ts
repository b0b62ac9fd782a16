// The component that turns a Meshroom project into resources: what `new Mesh("mesh", { project })` does.

import { relative, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Json } from "../base/json";
import { type Diagnostic, formatDiagnostic, isError, MeshroomError } from "../diagnostic";
import { plugName } from "../graph/render";
import type { SettingPlace } from "../mesh/secret-settings";
import { type InstanceInputs, meshType, type PlugInputs, type ProductInputs } from "../mesh/stored";
import { verdictOn } from "../mesh/verdict";
import { loadProject } from "../model/load-project";
import type { Project } from "../model/types";
import { type Args, Instance, Plug, Product } from "./classes";
import { secretSettings } from "./config-in-clear";
import { checkMeshConfig, type MeshArgs, type MeshConfig, readMeshConfig, refuseOutputs } from "./mesh-config";
import { isPrefixed } from "./mesh-names";
import { type MeshPlan, type PlannedInstance, type PlannedPlug, type PlannedProduct, planMesh } from "./plan-mesh";

/** A Meshroom project as Pulumi resources: a {@link Product} per product in use, an {@link Instance} per tenant, a {@link Plug} per connection. */
export class Mesh extends pulumi.ComponentResource {
  /** By name. */
  readonly products: Readonly<Record<string, Product>>;
  /** By address: the name, or `product/name` where two products have an instance of that name. */
  readonly instances: Readonly<Record<string, Instance>>;
  /** By name, such as `events: edge -> siem`. */
  readonly plugs: Readonly<Record<string, Plug>>;

  /**
   * @param name the resource's; it is in the URNs of all resources of the mesh
   * @param args where the project is, and what of it this stack has
   * @throws pulumi.RunError for what no resource can stand for: no project there, a config that names unknown instances
   */
  constructor(name: string, args: MeshArgs, options?: pulumi.ComponentResourceOptions) {
    super(meshType, name, {}, options);
    const { project, config } = readMesh(args);
    const plan = planMesh(project, config, relative(process.cwd(), project.root));
    const builder = new Builder(this, config, this.#named(name, plan, args, options));
    [this.products, this.instances, this.plugs] = withoutStacks(() => {
      const products = byName(plan.products, (planned) => builder.product(planned));
      const instances = byName(plan.instances, (planned) => builder.instance(planned, products));
      return [products, instances, byName(plan.plugs, (planned) => builder.plug(planned, instances))] as const;
    });
    this.#report(plan, builder);
    this.registerOutputs({});
  }

  /** The mesh's name, where it stands before those of its resources. */
  #named(name: string, plan: MeshPlan, args: MeshArgs, options?: pulumi.ComponentResourceOptions): string | undefined {
    const { products, instances, plugs } = plan;
    const names = Object.entries({ products, instances, plugs }).flatMap(([kind, planned]) =>
      planned.map((each) => `${kind}\n${each.name}`),
    );
    if (!isPrefixed(options?.parent, name, names, args.prefix)) return undefined;
    if (args.prefix === undefined)
      void pulumi.log.info(
        `the resources of this mesh are called ${name}/..., since another mesh of the program has their names; say \`prefix: true\`, and it stays so in whatever order the program makes them`,
        this,
      );
    return name;
  }

  /**
   * Each broken resource has said on its own line what is wrong with it. The program fails all the same: so a preview fails, and the engine
   * deletes nothing on the word of a tree that could not be read whole.
   */
  #report(plan: MeshPlan, builder: Builder): void {
    for (const diagnostic of plan.others) void pulumi.log.warn(formatDiagnostic(diagnostic), this);
    const global = plan.others.filter((diagnostic) => isError(diagnostic) && !isOfProduct(diagnostic));
    const broken = builder.broken.size + global.length;
    if (broken === 0) return;
    void Promise.reject(new pulumi.RunError(verdictOn(broken)));
  }
}

/** Products that no instance of this stack uses may be broken: that is their maintainers' business. */
function isOfProduct({ at }: Diagnostic): boolean {
  return at?.file.startsWith("products/") ?? false;
}

/**
 * The SDK stores the call stack of every resource in the state. Ours all come from the same lines of this file, and the text is a quarter of a
 * plug's state, which file backends write whole at every step.
 */
function withoutStacks<T>(make: () => T): T {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (error) => String(error);
  try {
    return make();
  } finally {
    Error.prepareStackTrace = before;
  }
}

function readMesh(args: MeshArgs): { project: Project; config: MeshConfig } {
  try {
    refuseOutputs(args);
    const project = loadProject(resolve(args.project));
    const config = readMeshConfig(args);
    const problems = checkMeshConfig(config, project, project.plugs.map(plugName));
    if (problems.length > 0) throw new MeshroomError(problems);
    return { project, config };
  } catch (error) {
    if (error instanceof MeshroomError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

function byName<P extends { name: string }, R>(planned: readonly P[], make: (planned: P) => R): Record<string, R> {
  return Object.fromEntries(planned.map((each) => [each.name, make(each)]));
}

/** Registers the planned resources below the mesh. */
class Builder {
  /** What is wrong with resources, each problem once, ready to print. */
  readonly broken = new Set<string>();
  /** Settings of the instances as their plugs get them. */
  readonly #settings = new Map<string, Record<string, pulumi.Input<Json>>>();
  /** What may turn out to be wrong with instances, ready to print. */
  readonly #laterProblems = new Map<string, pulumi.Output<string>>();

  constructor(
    private readonly mesh: Mesh,
    private readonly config: MeshConfig,
    /** Stands before the names of the resources, and before those that hooks are told of plugs. */
    private readonly named: string | undefined,
  ) {}

  #name(name: string): string {
    return this.named === undefined ? name : `${this.named}/${name}`;
  }

  product({ name, inputs, problems }: PlannedProduct): Product {
    const args = { name, capabilities: [], ...inputs, ...this.#problem(problems) };
    return new Product(this.#name(name), args as Args<ProductInputs>, { parent: this.mesh });
  }

  instance(
    { name, instance, inputs, settings, problems }: PlannedInstance,
    products: Readonly<Record<string, Product>>,
  ): Instance {
    const later = settings.laterProblems;
    this.#settings.set(name, settings.values);
    if (later) this.#laterProblems.set(name, later);
    later?.apply((text) => {
      if (text) throw new pulumi.RunError(`the settings given for ${name} are wrong:\n${text}`);
    });
    const args = {
      ...inputs,
      __mesh: this.named,
      settings: settings.values,
      ...this.#given([name]),
      ...this.#problem(problems, later ? [later] : []),
    };
    const product = products[instance.product];
    return new Instance(this.#name(name), args as unknown as Args<InstanceInputs>, {
      parent: this.mesh,
      dependsOn: product ? [product] : [],
    });
  }

  plug({ name, plug, inputs, settings, problems }: PlannedPlug, instances: Readonly<Record<string, Instance>>): Plug {
    const { src_instance, dst_instance, manifest } = plug;
    const known = inputs ?? { source: src_instance, destination: dst_instance, topic: plug.topic, steps: [], code: {} };
    const later = [src_instance, dst_instance].flatMap((end) => this.#laterProblems.get(end) ?? []);
    const args = {
      ...known,
      __mesh: this.named,
      ...this.#plugSettings({
        settings,
        sourceSettings: this.#settings.get(src_instance),
        destinationSettings: this.#settings.get(dst_instance),
      }),
      ...this.#given([src_instance, dst_instance, name]),
      ...this.#problem(inputs || problems.some(isError) ? problems : [...problems, unresolved(manifest)], later),
    };
    const ends = [instances[src_instance], instances[dst_instance]].filter((end) => end !== undefined);
    return new Plug(this.#name(name), args as unknown as Args<PlugInputs>, { parent: this.mesh, dependsOn: ends });
  }

  #plugSettings(places: Record<SettingPlace, Record<string, pulumi.Input<Json>> | undefined>) {
    const kept = Object.entries(places).map(([place, values]) => [place, orAbsent(values)]);
    return { ...Object.fromEntries(kept), __secretSettings: secretSettings(places) };
  }

  /** Secrets that the program gave for these owners. */
  #given(owners: readonly string[]) {
    const given = owners
      .filter((owner) => this.config.secrets[owner])
      .map((owner) => [owner, this.config.secrets[owner]]);
    return given.length > 0 ? { __givenSecrets: pulumi.secret(Object.fromEntries(given)) } : {};
  }

  /** Warnings are said, errors make the resource a broken one; `later` are texts that are empty unless something turns out to be wrong. */
  #problem(problems: readonly Diagnostic[], later: pulumi.Output<string>[] = []) {
    for (const warning of problems.filter((each) => !isError(each)))
      void pulumi.log.warn(formatDiagnostic(warning), this.mesh);
    const errors = problems.filter(isError).map(formatDiagnostic);
    for (const error of errors) this.broken.add(error);
    if (errors.length > 0) return { __problem: errors.join("\n") };
    if (later.length === 0) return {};
    return { __problem: pulumi.all(later).apply((texts) => texts.filter(Boolean).join("\n") || undefined) };
  }
}

/** What is empty is left out: a reviewer need not read it, the engine need not keep it. */
function orAbsent<T extends object>(values: T | undefined): T | undefined {
  return values && Object.keys(values).length > 0 ? values : undefined;
}

function unresolved(manifest: string): Diagnostic {
  return { code: "INTERNAL", severity: "error", summary: `plug ${manifest} could not be resolved` };
}
