// How a topic could get from one product or instance to another, and the commands that make it so.
import { meshroomCommand } from "../../base/words";
import type { Diagnostic } from "../../diagnostic";
import { explainMismatch } from "../../graph/explain-mismatch";
import { directWays, type Way, waysOverAnother } from "../../graph/find-ways";
import { openProject } from "../../mesh/open";
import type { Instance, Plug, Product, Project } from "../../model/types";
import { requireInstance, requireProduct } from "../finding/lookup";

export interface PathRequest {
  /** Absolute path of the project. */
  root: string;
  /** Instances, or products. */
  source: string;
  destination: string;
  topic: string;
  /** In which it must arrive. */
  format?: string;
}

export interface FoundWay extends Way {
  /** What makes the plugs, one after the other; instances that are not there yet are added first. */
  commands: readonly string[];
}

export interface FoundPath {
  direct: readonly FoundWay[];
  /** Why there is no direct way; empty where there is one. */
  reasons: readonly Diagnostic[];
  /** Over a third product. */
  indirect: readonly FoundWay[];
}

/** @throws MeshroomError PROJECT_NOT_FOUND, INSTANCE_UNKNOWN, INSTANCE_AMBIGUOUS */
export function findPath({ root, source, destination, topic, format }: PathRequest): FoundPath {
  const project = openProject(root);
  const ends = { source: findEnd(project, source), destination: findEnd(project, destination) };
  const query = { source: ends.source.product, destination: ends.destination.product, topic, format };
  const withCommands = (way: Way): FoundWay => ({ ...way, commands: commandsFor(project, ends, topic, way) });
  const direct = directWays(query);
  return {
    direct: direct.map(withCommands),
    reasons: direct.length > 0 ? [] : explain(ends, topic, format),
    indirect: waysOverAnother(project.products.values(), query).map(withCommands),
  };
}

interface End {
  product: Product;
  /** Undefined for a product that was named itself and has no instance. */
  instance?: Instance;
}

/** An instance by its name or address, else a product. */
function findEnd(project: Project, name: string): End {
  const product = project.products.get(name);
  const isInstance = project.instances.some((each) => each.name === name || each.address === name);
  if (product && !isInstance) return { product, instance: instanceOf(project, name) };
  const instance = requireInstance(project, name);
  return { instance, product: requireProduct(project, instance.product) };
}

function instanceOf(project: Project, product: string): Instance | undefined {
  return project.instances.find((each) => each.product === product);
}

function commandsFor(
  project: Project,
  ends: { source: End; destination: End },
  topic: string,
  { via, legs }: Way,
): string[] {
  const between = via === undefined ? [] : [{ name: via, instance: instanceOf(project, via) }];
  const stops = [
    { name: ends.source.product.name, instance: ends.source.instance },
    ...between,
    { name: ends.destination.product.name, instance: ends.destination.instance },
  ];
  const added = stops.filter(({ instance }) => !instance).map(({ name }) => meshroomCommand("add", [name, name]));
  const addresses = stops.map(({ name, instance }) => instance?.address ?? name);
  const plugs = legs.map(({ constraints: { mode, format } }, index) =>
    meshroomCommand(
      "plug",
      [topic, addresses[index] ?? "", addresses[index + 1] ?? ""],
      [...(mode ? ["--mode", mode] : []), ...(format ? ["--format", format] : [])],
    ),
  );
  return [...new Set([...added, ...plugs])];
}

/** The words of a plug that could not be resolved, for a plug that nobody has written. */
function explain(
  { source, destination }: { source: End; destination: End },
  topic: string,
  format?: string,
): Diagnostic[] {
  const at = { file: source.product.manifest ?? source.product.path, line: 1, column: 1 };
  const standIn = ({ product, instance }: End): Instance =>
    instance ?? {
      name: product.name,
      product: product.name,
      address: product.name,
      path: product.path,
      manifest: at.file,
      settings: {},
      places: {},
      at,
      problems: [],
    };
  const [from, to] = [standIn(source), standIn(destination)];
  const plug: Plug = {
    manifest: at.file,
    src_instance: from.address,
    dst_instance: to.address,
    topic,
    kind: undefined,
    constraints: format === undefined ? {} : { format },
    src_config: {},
    dst_config: {},
    settings: {},
    at,
    problems: [],
  };
  return explainMismatch(plug, {
    source: { instance: from, product: source.product },
    destination: { instance: to, product: destination.product },
  }).map(({ at: _, ...reason }) => reason);
}
