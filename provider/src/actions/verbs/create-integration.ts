// Begins an integration: the capabilities at both sides, the manifest, hooks to be filled in, and what the product's scaffold hooks add.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { filesBelow } from "../../base/files-below";
import { MeshroomError } from "../../diagnostic";
import { complementary } from "../../graph/match";
import { selectHooks } from "../../hooks/describing/select";
import { requireDescribed } from "../../mesh/open";
import { editManifest } from "../../model/edit-manifest";
import { loadProject } from "../../model/load-project";
import { checkName } from "../../model/name";
import type { Constraints, Integration, Product, Project, Role } from "../../model/types";
import { integrationStem, setIdentity } from "../../model/write-manifests";
import type { CatalogueOptions } from "../exchange/run-catalogue-hooks";
import { runCatalogueHooks } from "../exchange/run-catalogue-hooks";
import { FileChanges } from "../files/file-changes";
import { fillTemplate } from "../files/templates";
import { requireProduct } from "../finding/lookup";
import { type CreatedCapability, draftCapability, hasCapability } from "./create-capability";

export interface IntegrationRequest {
  product: string;
  target: string;
  topic: string;
  role: Role;
  /** `mode` and `format`, where they are said. */
  constraints: Constraints;
  /** Write hooks to be filled in even where the product's own hooks serve. */
  withHooks?: boolean;
}

export interface CreatedIntegration extends Omit<IntegrationRequest, "withHooks"> {
  manifest: string;
  /** False: it was there before. */
  isNew: boolean;
  /** Capabilities that were missing. */
  capabilities: readonly CreatedCapability[];
  /** What was written by this, and by scaffold hooks where there are any. */
  files: readonly string[];
  /** Why there is no hook file to fill in, if there is none. */
  hooksNote?: string;
  /** Titles of the scaffold hooks that ran. */
  scaffolded: readonly string[];
}

/** All or nothing, but for what scaffold hooks write. @throws MeshroomError PRODUCT_UNKNOWN, NAME_INVALID, HOOK_LOAD, HOOK_FAILED */
export async function createIntegration(
  project: Project,
  request: IntegrationRequest,
  options: CatalogueOptions = {},
): Promise<CreatedIntegration> {
  const { withHooks, ...asked } = request;
  const product = requireProduct(project, request.product);
  const target = requireProduct(project, request.target);
  const problem = checkName("topic", request.topic);
  if (problem) throw new MeshroomError(problem);
  const changes = new FileChanges(project.root);
  const capabilities = draftCapabilities(changes, product, target, request);
  const existing = findIntegration(product, request);
  const written = existing?.manifest ?? existing?.hookFiles[0];
  const stem =
    written?.replace(/\.\w+$/, "") ?? freeStem(project, `${product.path}/integrations/${target.name}`, request);
  const manifest = existing?.manifest ?? `${stem}.yml`;
  if (!existing?.manifest)
    changes.write(
      manifest,
      editManifest("", (document) => setIdentity(document, request, true)),
    );
  const generic = !existing && !withHooks ? servingFiles(project, product, request) : [];
  const hasHooks = (existing?.hookFiles.length ?? 0) > 0;

  let scaffolded: string[] = [];
  const before = new Set(listFiles(project.root, product.path));
  await changes.apply(async () => {
    if (!existing) scaffolded = await runScaffoldHooks(project, product.name, manifest, options);
    if (existing && !withHooks) return;
    if (generic.length === 0 && !hasHookFile(project.root, stem)) await writeHooks(project, request, stem);
  });
  const added = listFiles(project.root, product.path).filter((file) => !before.has(file));
  return {
    ...asked,
    manifest,
    isNew: existing === undefined,
    capabilities,
    files: [...new Set([...changes.written, ...added])].sort(),
    ...(generic.length > 0 && !hasHooks && { hooksNote: `${generic.join(", ")} of ${product.name} serves it` }),
    scaffolded,
  };
}

function draftCapabilities(
  changes: FileChanges,
  product: Product,
  target: Product,
  { topic, role, constraints }: IntegrationRequest,
): CreatedCapability[] {
  const own = { topic, role, constraints };
  const peer = { ...own, role: complementary(role) };
  return [
    ...(hasCapability(product, own) ? [] : [draftCapability(changes, product, own)]),
    ...(hasCapability(target, peer) ? [] : [draftCapability(changes, target, peer)]),
  ];
}

function findIntegration(product: Product, { target, topic, role, constraints }: IntegrationRequest) {
  return product.integrations.find(
    (each) =>
      each.target === target &&
      each.topic === topic &&
      each.role === role &&
      (each.constraints.mode ?? "push") === (constraints.mode ?? "push") &&
      each.constraints.format === constraints.format,
  );
}

/** The format is in the name only where that is needed: the Python tool takes it for the role. */
function freeStem(project: Project, folder: string, request: IntegrationRequest): string {
  const { format: _, ...constraints } = request.constraints;
  const short = `${folder}/${integrationStem({ ...request, constraints })}`;
  const isTaken = [".yml", ".yaml", ".ts", ".py"].some((ending) => existsSync(join(project.root, short + ending)));
  return isTaken ? `${folder}/${integrationStem(request)}` : short;
}

/** The product's own hook files whose set-up hooks serve the integration: hooks of its own would replace them. */
function servingFiles(project: Project, product: Product, { topic, role, constraints }: IntegrationRequest): string[] {
  const described = requireDescribed(project, product.hookFiles);
  const hooks = selectHooks(
    "setup",
    { product, role, topic, constraints: { mode: "push", ...constraints } },
    described,
  );
  return [...new Set(hooks.map(({ file }) => file))];
}

/** Those of the product, asked with the manifest that has just been written. */
async function runScaffoldHooks(
  { root }: Project,
  productName: string,
  manifest: string,
  options: CatalogueOptions,
): Promise<string[]> {
  const project = loadProject(root);
  const product = project.products.get(productName);
  const integration = product?.integrations.find((each: Integration) => each.manifest === manifest);
  if (!product || !integration) return [];
  const described = requireDescribed(project, product.hookFiles);
  const { role, topic, constraints } = integration;
  const hooks = selectHooks("scaffold", { product, integration, role, topic, constraints }, described);
  await runCatalogueHooks(
    project,
    hooks.map((hook) => ({ hook, product: productName, integration })),
    options,
  );
  return hooks.map(({ title }) => title);
}

function hasHookFile(root: string, stem: string): boolean {
  return [".ts", ".py"].some((ending) => existsSync(join(root, stem + ending)));
}

async function writeHooks(project: Project, { product, target, topic, role }: IntegrationRequest, stem: string) {
  const changes = new FileChanges(project.root);
  changes.write(
    `${stem}.ts`,
    fillTemplate(`integration/${role}.ts`, { product, target, topic: topic.replace(/\*\//g, "") }),
  );
  await changes.apply(() => undefined);
}

function listFiles(root: string, folder: string): string[] {
  return filesBelow(join(root, folder, "integrations"))
    .filter((file) => !basename(file).startsWith("."))
    .map((file) => `${folder}/integrations/${file}`);
}
