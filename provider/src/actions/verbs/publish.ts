// `publish`: hands integrations to their vendor, as publish hooks know how to: those of an integration, else those of its product.
import { MeshroomError } from "../../diagnostic";
import { hookFilesOf, orderHooks, selectHooks } from "../../hooks/describing/select";
import { openProject, requireDescribed } from "../../mesh/open";
import type { Integration, Mode, Product, Project, Role } from "../../model/types";
import { type CatalogueOptions, type CatalogueRun, runCatalogueHooks } from "../exchange/run-catalogue-hooks";
import { requireProduct } from "../finding/lookup";

/** What is published; all where nothing is said. */
export interface PublishQuery {
  product?: string;
  target?: string;
  topic?: string;
  role?: Role;
  mode?: Mode;
  format?: string;
}

/** The hooks that were run, each with its integration. @throws MeshroomError PRODUCT_UNKNOWN, HOOK_NOT_FOUND, HOOK_LOAD, HOOK_FAILED, ... */
export async function publish(
  root: string,
  query: PublishQuery,
  options: CatalogueOptions = {},
): Promise<CatalogueRun[]> {
  const project = openProject(root);
  const products =
    query.product === undefined ? [...project.products.values()] : [requireProduct(project, query.product)];
  const runs = products.flatMap((product) => planProduct(project, product, query));
  if (runs.length === 0) throw new MeshroomError(nothingToPublish(query));
  await runCatalogueHooks(project, runs, options);
  return runs;
}

function planProduct(project: Project, product: Product, query: PublishQuery): CatalogueRun[] {
  const chosen = product.integrations.filter(
    (integration) => integration.manifest !== undefined && isChosen(integration, query),
  );
  const described = requireDescribed(project, [...product.hookFiles, ...chosen.flatMap(({ hookFiles }) => hookFiles)]);
  const runs = chosen.flatMap((integration) => {
    const end = {
      product,
      integration,
      role: integration.role,
      topic: integration.topic,
      constraints: integration.constraints,
    };
    return selectHooks("publish", end, described).map((hook) => ({ hook, product: product.name, integration }));
  });
  // A product without integrations may still be handed over as a whole.
  if (runs.length > 0 || chosen.length > 0 || isNarrow(query)) return runs;
  const generic = hookFilesOf({ product }).flatMap((file) => {
    const found = described.get(file);
    return found && "hooks" in found ? found.hooks.filter(({ kind }) => kind === "publish") : [];
  });
  return orderHooks(generic).map((hook) => ({ hook, product: product.name }));
}

function isChosen({ target, topic, role, constraints }: Integration, query: PublishQuery): boolean {
  const fits = (wanted: string | undefined, found: string | undefined) => wanted === undefined || wanted === found;
  return (
    fits(query.target, target) &&
    fits(query.topic, topic) &&
    fits(query.role, role) &&
    fits(query.mode, constraints.mode ?? "push") &&
    fits(query.format, constraints.format)
  );
}

function isNarrow({ product: _, ...rest }: PublishQuery): boolean {
  return Object.values(rest).some((value) => value !== undefined);
}

function nothingToPublish({ product }: PublishQuery): MeshroomError["diagnostics"] {
  return [
    {
      code: "HOOK_NOT_FOUND",
      severity: "error",
      summary: `no publish hook serves ${product === undefined ? "any integration of the project" : `what was asked for of product ${product}`}`,
      remedy:
        'export one: `import { publish } from "pulumi-meshroom/hooks"`; `meshroom list integrations` shows what there is to publish',
    },
  ];
}
