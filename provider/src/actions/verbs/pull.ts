// `pull`: brings a vendor's catalogue into the tree, as the product's pull hooks know how to.
import { MeshroomError } from "../../diagnostic";
import { orderHooks } from "../../hooks/describing/select";
import { openProject, requireDescribed } from "../../mesh/open";
import { type CatalogueOptions, type CatalogueRun, runCatalogueHooks } from "../exchange/run-catalogue-hooks";
import { requireProduct } from "../finding/lookup";

/** The hooks that were run. @throws MeshroomError PRODUCT_UNKNOWN, HOOK_NOT_FOUND, HOOK_LOAD, HOOK_FAILED, ... */
export async function pull(root: string, name: string, options: CatalogueOptions = {}): Promise<CatalogueRun[]> {
  const project = openProject(root);
  const product = requireProduct(project, name);
  const described = [...requireDescribed(project, product.hookFiles).values()];
  const hooks = described.flatMap((each) => ("hooks" in each ? each.hooks : [])).filter(({ kind }) => kind === "pull");
  if (hooks.length === 0) {
    throw new MeshroomError({
      code: "HOOK_NOT_FOUND",
      severity: "error",
      summary: `product ${name} has no pull hook`,
      remedy: `export one from a file in ${product.path}: \`import { pull } from "pulumi-meshroom/hooks"\``,
    });
  }
  const runs = orderHooks(hooks).map((hook) => ({ hook, product: name }));
  await runCatalogueHooks(project, runs, options);
  return runs;
}
