// The mesh or the capability graph as a picture without layout.
import { isError } from "../../diagnostic";
import { type Density, measureDensity } from "../../graph/density";
import { plugName } from "../../graph/render";
import { isResolved, type ResolvedPlug, resolvePlug } from "../../graph/resolve-plug";
import { describeFiles, hooksOf, openProject } from "../../mesh/open";
import type { Plug, Project } from "../../model/types";
import { drawCapabilities, productId } from "../../pictures/draw-capabilities";
import { type DrawnPlug, drawMesh } from "../../pictures/draw-mesh";
import { around, type Picture } from "../../pictures/picture";
import { withoutSecrets } from "../../secrets/nested";
import { requireInstance, requireProduct } from "../finding/lookup";

export interface GraphRequest {
  /** Absolute path of the project. */
  root: string;
  /** The capability graph instead of the mesh. */
  isOfCapabilities: boolean;
  /** Only an instance (of a capability graph: a product) with what it is connected to. */
  around?: string;
}

/** @throws MeshroomError PROJECT_NOT_FOUND, INSTANCE_UNKNOWN, PRODUCT_UNKNOWN */
export function drawGraph(request: GraphRequest): { picture: Picture; project: Project } {
  const project = openProject(request.root);
  const picture = request.isOfCapabilities ? drawCapabilities(project.products.values()) : drawProject(project);
  if (request.around === undefined) return { picture, project };
  const center = request.isOfCapabilities
    ? productId(requireProduct(project, request.around).name)
    : requireInstance(project, request.around).address;
  return { picture: around(picture, new Set([center])), project };
}

/** How dense the capability graph is. @throws MeshroomError PROJECT_NOT_FOUND */
export function measureGraph(root: string): Density {
  const project = openProject(root);
  const instances = new Map<string, number>();
  for (const { product } of project.instances) instances.set(product, (instances.get(product) ?? 0) + 1);
  return measureDensity([...project.products.values()], instances);
}

function drawProject(project: Project): Picture {
  const files = [...project.products.values()].flatMap(({ hookFiles, integrations }) => [
    ...hookFiles,
    ...integrations.flatMap((integration) => integration.hookFiles),
  ]);
  const hooks = hooksOf(describeFiles(project, files, "leave"));
  const plugs = project.plugs.map((plug) => drawnPlug(plug, resolvePlug(project, plug, hooks)));
  return drawMesh(project, plugs, ({ product, settings }) => {
    return withoutSecrets(project.products.get(product)?.settings ?? [], settings);
  });
}

function drawnPlug(plug: Plug, resolved: ReturnType<typeof resolvePlug>): DrawnPlug {
  const name = plugName(plug);
  const steps = (each: ResolvedPlug) => each.setup.map(({ instance, hook }) => `${instance}: ${hook.title}`);
  if (isResolved(resolved)) {
    const problem = plug.problems.find(isError)?.summary;
    const { kind, constraints } = resolved;
    return { plug, name, kind, constraints, steps: steps(resolved), ...(problem && { problem }) };
  }
  const problem = resolved.problems[0]?.summary ?? "it can't be resolved";
  return { plug, name, kind: plug.kind, constraints: plug.constraints, steps: [], problem };
}
