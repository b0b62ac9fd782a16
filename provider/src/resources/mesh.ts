// The component that turns a Meshroom project into resources: what `new Mesh("mesh", { project })` does.
import { relative, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Json } from "../base/json";
import { type Diagnostic, formatDiagnostic, isError, MeshroomError } from "../diagnostic";
import { plugName } from "../graph/render";
import { type InstanceInputs, meshType, type PlugInputs, type ProductInputs } from "../mesh/stored";
import { loadProject } from "../model/load-project";
import type { Project } from "../model/types";
import { type Args, Instance, Plug, Product } from "./classes";
import { checkMeshConfig, type MeshArgs, type MeshConfig, readMeshConfig } from "./mesh-config";
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
    const builder = new Builder(this, config);
    [this.products, this.instances, this.plugs] = withoutStacks(() => {
      const products = byName(plan.products, (planned) => builder.product(planned));
      const instances = byName(plan.instances, (planned) => builder.instance(planned, products));
      return [products, instances, byName(plan.plugs, (planned) => builder.plug(planned, instances))] as const;
    });
    this.#report(plan, builder);
    this.registerOutputs({});
  }

  /**
   * Each broken resource has said on its own line what is wrong with it. The program fails all the same: so a preview fails, and the engine
   * deletes nothing on the word of a tree that could not be read whole.
   */
  #report(plan: MeshPlan, builder: Builder): void {
    for (const diagnostic of plan.others) void pulumi.log.warn(formatDiagnostic(diagnostic), this);
    const global = plan.others.filter((diagnostic) => isError(diagnostic) && !isOfProduct(diagnostic));
    const broken = builder.broken.length + global.length;
    if (broken === 0) return;
    const what = broken === 1 ? "1 problem" : `${broken} problems`;
    void Promise.reject(
      new pulumi.RunError(
        `the mesh has ${what}, named at the resources that they concern: those are left as they are, the others go on`,
      ),
    );
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
  /** Names of the resources with problems. */
  readonly broken: string[] = [];
  /** Settings of the instances as their plugs get them. */
  readonly #settings = new Map<string, Record<string, pulumi.Input<Json>>>();

  constructor(
    private readonly mesh: Mesh,
    private readonly config: MeshConfig,
  ) {}

  product({ name, inputs, problems }: PlannedProduct): Product {
    const args = { name, capabilities: [], ...inputs, ...this.#problem(name, problems) };
    return new Product(name, args as Args<ProductInputs>, { parent: this.mesh });
  }

  instance(
    { name, instance, inputs, settings, problems }: PlannedInstance,
    products: Readonly<Record<string, Product>>,
  ): Instance {
    this.#settings.set(name, settings.values);
    const args = {
      ...inputs,
      settings: settings.values,
      ...this.#given([name]),
      ...this.#problem(name, problems, settings.laterProblems),
    };
    const product = products[instance.product];
    return new Instance(name, args as unknown as Args<InstanceInputs>, {
      parent: this.mesh,
      dependsOn: product ? [product] : [],
    });
  }

  plug({ name, plug, inputs, settings, problems }: PlannedPlug, instances: Readonly<Record<string, Instance>>): Plug {
    const { src_instance, dst_instance, manifest } = plug;
    const known = inputs ?? { source: src_instance, destination: dst_instance, topic: plug.topic, steps: [], code: {} };
    const args = {
      ...known,
      settings: orAbsent(settings),
      sourceSettings: orAbsent(this.#settings.get(src_instance)),
      destinationSettings: orAbsent(this.#settings.get(dst_instance)),
      ...this.#given([src_instance, dst_instance, name]),
      ...this.#problem(
        name,
        inputs ? problems : [...problems, ...(problems.some(isError) ? [] : [unresolved(manifest)])],
      ),
    };
    const ends = [instances[src_instance], instances[dst_instance]].filter((end) => end !== undefined);
    return new Plug(name, args as unknown as Args<PlugInputs>, { parent: this.mesh, dependsOn: ends });
  }

  /** Secrets that the program gave for these owners. */
  #given(owners: readonly string[]) {
    const given = owners
      .filter((owner) => this.config.secrets[owner])
      .map((owner) => [owner, this.config.secrets[owner]]);
    return given.length > 0 ? { __givenSecrets: pulumi.secret(Object.fromEntries(given)) } : {};
  }

  /** Warnings are said, errors make the resource a broken one. */
  #problem(name: string, problems: readonly Diagnostic[], later?: pulumi.Output<string>) {
    for (const warning of problems.filter((each) => !isError(each)))
      void pulumi.log.warn(formatDiagnostic(warning), this.mesh);
    const errors = problems.filter(isError);
    if (errors.length > 0) {
      this.broken.push(name);
      return { __problem: errors.map(formatDiagnostic).join("\n") };
    }
    if (!later) return {};
    later.apply((text) => {
      if (text) throw new pulumi.RunError(`the settings given for ${name} are wrong:\n${text}`);
    });
    return { __problem: later.apply((text) => text || undefined) };
  }
}

/** What is empty is left out: a reviewer need not read it, the engine need not keep it. */
function orAbsent<T extends object>(values: T | undefined): T | undefined {
  return values && Object.keys(values).length > 0 ? values : undefined;
}

function unresolved(manifest: string): Diagnostic {
  return { code: "INTERNAL", severity: "error", summary: `plug ${manifest} could not be resolved` };
}
