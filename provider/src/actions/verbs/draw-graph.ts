// The mesh or the capability graph as a picture without layout.
import { isError } from "../../diagnostic";
import { type Density, measureDensity } from "../../graph/density";
import { plugName } from "../../graph/render";
import { describeFiles, hookFilesIn, openProject, resolveAsRead } from "../../mesh/open";
import type { Plug, Project } from "../../model/types";
import { compare } from "../../pictures/compare";
import { drawCapabilities, productId } from "../../pictures/draw-capabilities";
import { type DrawnPlug, drawMesh } from "../../pictures/draw-mesh";
import { around, type Picture } from "../../pictures/picture";
import type { StackChoice } from "../../review/mesh-view";
import { withoutSecrets } from "../../secrets/nested";
import { openIfThere, withTrees } from "../diff/revisions";
import { readStackFiles, unknownStack } from "../diff/stack-files";
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
  const { root, base, stack } = request;
  const { kind, folder, project: namespace } = findDeployment(root);
  const stacksOf = (program: string | undefined) =>
    program === undefined ? new Map<string, StackChoice>() : readStackFiles(program, namespace);
  const project = openProject(root);
  const stacks = stacksOf(kind === "program" ? folder : undefined);
  if (stack !== undefined && !stacks.has(stack)) throw unknownStack(stack, [...stacks.keys()]);
  const drawn = draw(project, request, stacks);
  const before =
    base === undefined
      ? undefined
      : await withTrees(root, base, undefined, async (tree) => {
          const old = openIfThere(tree.root);
          const olds = stacksOf(tree.program);
          // A stack that is new had nothing.
          const isThere = stack === undefined || olds.has(stack);
          return old && isThere ? draw(old, request, olds) : { ...drawn, nodes: [], edges: [] };
        });
  const picture = before ? compare(before, drawn) : drawn;
  if (request.around === undefined) return { picture, project };
  return { picture: around(picture, new Set([centerOf(project, request.around, request.isOfCapabilities)])), project };
}

function centerOf(project: Project, name: string, isOfCapabilities: boolean): string {
  return isOfCapabilities ? productId(requireProduct(project, name).name) : requireInstance(project, name).address;
}

type Stacks = ReadonlyMap<string, StackChoice>;

function draw(project: Project, { isOfCapabilities, stack }: GraphRequest, stacks: Stacks): Picture {
  const instances = stack === undefined ? undefined : stacks.get(stack)?.instances;
  const isChosen = (address: string) => instances?.has(address) ?? true;
  const chosen = project.instances.filter(({ address }) => isChosen(address));
  if (isOfCapabilities) {
    const used = new Set(chosen.map(({ product }) => product));
    return drawCapabilities([...project.products.values()].filter(({ name }) => stack === undefined || used.has(name)));
  }
  const plugs = project.plugs.filter((plug) => isChosen(plug.src_instance) && isChosen(plug.dst_instance));
  return withStacks(drawProject({ ...project, instances: chosen, plugs }), stacks);
}

/** Says which stacks have an instance; a plug is where both of its ends are. */
function withStacks(picture: Picture, stacks: Stacks): Picture {
  if (stacks.size === 0) return picture;
  const having = (ids: readonly string[]) =>
    [...stacks].filter(([, { instances }]) => ids.every((id) => instances?.has(id) ?? true)).map(([name]) => name);
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
  const plugs = project.plugs.map((plug) => drawnPlug(plug, resolveAsRead(project, plug, described)));
  return drawMesh(project, plugs, ({ product, settings }) => {
    return withoutSecrets(project.products.get(product)?.settings ?? [], settings);
  });
}

function drawnPlug(plug: Plug, resolved: ReturnType<typeof resolveAsRead>): DrawnPlug {
  const name = plugName(plug);
  if ("problems" in resolved) {
    const problem = resolved.problems[0]?.summary ?? "it can't be resolved";
    return { plug, name, kind: plug.kind, constraints: plug.constraints, steps: [], problem };
  }
  const problem = plug.problems.find(isError)?.summary;
  const { kind, constraints } = "ends" in resolved ? resolved.ends : resolved;
  const steps =
    "ends" in resolved
      ? ["computed: told by running the hook files alone"]
      : resolved.setup.map(({ instance, hook }) => `${instance}: ${hook.title}`);
  return { plug, name, kind, constraints, steps, ...(problem && { problem }) };
}
