// The mesh or the capability graph as a picture without layout.
import { isError } from "../../diagnostic";
import { type Density, measureDensity } from "../../graph/density";
import { plugName } from "../../graph/render";
import { isResolved, type ResolvedPlug, resolveEnds, resolvePlug } from "../../graph/resolve-plug";
import { computedWarnings } from "../../hooks/describing/describe";
import { describeFiles, hookFilesIn, hooksOf, openProject } from "../../mesh/open";
import type { Plug, Project } from "../../model/types";
import { compare } from "../../pictures/compare";
import { drawCapabilities, productId } from "../../pictures/draw-capabilities";
import { type DrawnPlug, drawMesh } from "../../pictures/draw-mesh";
import { around, type Picture } from "../../pictures/picture";
import { withoutSecrets } from "../../secrets/nested";
import { openIfThere, withTrees } from "../diff/revisions";
import { readStackFiles, requireStack } from "../diff/stack-files";
import { findDeployment } from "../engine/deployment";
import { requireInstance, requireProduct } from "../finding/lookup";

export interface GraphRequest {
  /** Absolute path of the project. */
  root: string;
  /** The capability graph instead of the mesh. */
  isOfCapabilities: boolean;
  /** Only an instance (of a capability graph: a product) with what it is connected to. */
  around?: string;
  /** Only what this stack has, by its config file. */
  stack?: string;
  /** A revision of git: what has come, gone or changed since is marked, and what has gone is drawn too. */
  base?: string;
}

/** @throws MeshroomError PROJECT_NOT_FOUND, INSTANCE_UNKNOWN, PRODUCT_UNKNOWN, STACK_UNKNOWN, REVISION_MISSING */
export async function drawGraph(request: GraphRequest): Promise<{ picture: Picture; project: Project }> {
  const { root, base } = request;
  const project = openProject(root);
  const drawn = draw(project, request, programFolder(root));
  const picture =
    base === undefined
      ? drawn
      : await withTrees(root, base, undefined, async (before) => {
          const old = openIfThere(before.root);
          return old
            ? compare(draw(old, request, before.program), drawn)
            : compare({ ...drawn, nodes: [], edges: [] }, drawn);
        });
  if (request.around === undefined) return { picture, project };
  return { picture: around(picture, new Set([centerOf(project, request.around, request.isOfCapabilities)])), project };
}

function centerOf(project: Project, name: string, isOfCapabilities: boolean): string {
  return isOfCapabilities ? productId(requireProduct(project, name).name) : requireInstance(project, name).address;
}

function programFolder(root: string): string | undefined {
  const { kind, folder } = findDeployment(root);
  return kind === "program" ? folder : undefined;
}

function draw(project: Project, { isOfCapabilities, stack, root }: GraphRequest, program: string | undefined): Picture {
  const instances =
    stack === undefined ? undefined : requireStack(program, findDeployment(root).project, stack).instances;
  const isChosen = (address: string) => instances?.has(address) ?? true;
  const chosen = project.instances.filter(({ address }) => isChosen(address));
  const used = new Set(chosen.map(({ product }) => product));
  if (isOfCapabilities) {
    return drawCapabilities([...project.products.values()].filter(({ name }) => stack === undefined || used.has(name)));
  }
  const plugs = project.plugs.filter((plug) => isChosen(plug.src_instance) && isChosen(plug.dst_instance));
  return withStacks(drawProject({ ...project, instances: chosen, plugs }), program, findDeployment(root).project);
}

/** Says which stacks have an instance; a plug is where both of its ends are. */
function withStacks(picture: Picture, program: string | undefined, project: string): Picture {
  const stacks = program === undefined ? [] : [...readStackFiles(program, project)];
  if (stacks.length === 0) return picture;
  const having = (ids: readonly string[]) =>
    stacks.filter(([, { instances }]) => ids.every((id) => instances?.has(id) ?? true)).map(([name]) => name);
  return {
    ...picture,
    nodes: picture.nodes.map((node) => ({ ...node, stacks: having([node.id]) })),
    edges: picture.edges.map((edge) => ({ ...edge, stacks: having([edge.from, edge.to]) })),
  };
}

/** How dense the capability graph is. @throws MeshroomError PROJECT_NOT_FOUND */
export function measureGraph(root: string): Density {
  const project = openProject(root);
  const instances = new Map<string, number>();
  for (const { product } of project.instances) instances.set(product, (instances.get(product) ?? 0) + 1);
  return measureDensity([...project.products.values()], instances);
}

function drawProject(project: Project): Picture {
  const files = hookFilesIn(project);
  const described = describeFiles(project, files, "leave");
  // Who owns a plug is told by its hooks: where some can't be read without running them, nor is that.
  const isComputed = computedWarnings(described).length > 0;
  const plugs = project.plugs.map((plug) => {
    const resolved = resolvePlug(project, plug, hooksOf(described));
    const isUnknown =
      isComputed && !isResolved(resolved) && resolved.problems.every(({ code }) => code === "PLUG_UNOWNED");
    const ends = isUnknown ? resolveEnds(project, plug) : undefined;
    if (!ends || !isResolved(ends)) return drawnPlug(plug, resolved);
    const { kind, constraints } = ends;
    return { plug, name: plugName(plug), kind, constraints, steps: ["computed: told by running the hook files alone"] };
  });
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
