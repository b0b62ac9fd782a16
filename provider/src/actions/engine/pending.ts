// The marks that a run leaves when it is killed: the engine would warn of them for ever, since it can't know that our hooks may run twice.
import type { Deployment } from "./deployment";
import { type ResourceRef, resourceOf } from "./events";
import { askPulumi } from "./pulumi-command";

interface Exported {
  deployment?: { pending_operations?: { resource: { urn: string } }[] };
}

/** Takes the marks of plugs out of the state, once the plugs have been set up again. Other resources' marks are their owners' business. */
export async function forgetInterrupted(
  deployment: Deployment,
  stack: string,
  resources: readonly ResourceRef[],
): Promise<void> {
  if (!resources.some(({ kind }) => kind === "plug")) return;
  const exported = JSON.parse(await askPulumi(deployment, ["stack", "export", "--stack", stack])) as Exported;
  const pending = exported.deployment?.pending_operations ?? [];
  const kept = pending.filter(({ resource }) => resourceOf(resource.urn).kind !== "plug");
  if (!exported.deployment || kept.length === pending.length) return;
  exported.deployment.pending_operations = kept;
  // Secrets stay as they are, encrypted.
  await askPulumi(deployment, ["stack", "import", "--stack", stack], {
    withSecrets: true,
    input: JSON.stringify(exported),
  });
}
