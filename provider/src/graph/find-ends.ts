// The two instances of a plug and their products, provided that neither they nor the plug are broken.
import { type Diagnostic, isError } from "../diagnostic";
import type { Instance, Plug, Product, Project } from "../model/types";
import type { Problems } from "./resolved-plug";

export interface Endpoint {
  instance: Instance;
  product: Product;
}

export interface Endpoints {
  source: Endpoint;
  destination: Endpoint;
}

/** The ends of a plug, or the errors of the plug, its instances and their products: nothing else of the project can break it. */
export function findEnds(project: Project, plug: Plug): Endpoints | Problems {
  const source = findEnd(project, plug.src_instance);
  const destination = findEnd(project, plug.dst_instance);
  const parts = [plug, source.instance, source.product, destination.instance, destination.product];
  const problems = new Set(parts.flatMap((part) => part?.problems ?? []).filter(isError));
  if (problems.size > 0) return { problems: [...problems] };

  const missing = [
    ...explainMissing(plug, plug.src_instance, source),
    ...explainMissing(plug, plug.dst_instance, destination),
  ];
  if (missing.length > 0) return { problems: missing };
  if (source.instance === destination.instance) return { problems: [explainSelf(plug)] };
  return { source: source as Endpoint, destination: destination as Endpoint };
}

function findEnd(project: Project, address: string): Partial<Endpoint> {
  const instance = project.instances.find((candidate) => candidate.address === address);
  return { instance, product: instance && project.products.get(instance.product) };
}

/** The loader reports these where they are written; here only for a project that was put together otherwise. */
function explainMissing(plug: Plug, address: string, end: Partial<Endpoint>): Diagnostic[] {
  if (!end.instance) {
    return [
      {
        code: "INSTANCE_UNKNOWN",
        severity: "error",
        summary: `the plug names instance ${address}, which does not exist`,
        at: plug.at,
      },
    ];
  }
  if (!end.product) {
    const summary = `instance ${address} is of product ${end.instance.product}, which does not exist`;
    return [{ code: "PRODUCT_UNKNOWN", severity: "error", summary, at: end.instance.at }];
  }
  return [];
}

function explainSelf(plug: Plug): Diagnostic {
  const summary = `the plug connects instance ${plug.src_instance} to itself`;
  return { code: "PLUG_SELF", severity: "error", summary, remedy: `change an end in ${plug.manifest}`, at: plug.at };
}
