// Disconnects two instances: removes the manifest of a plug.
import { type Diagnostic, MeshroomError } from "../../diagnostic";
import { isResolved, resolveEnds } from "../../graph/resolve-plug";
import { secretsOfPlug } from "../../mesh/secrets";
import type { Plug, Project } from "../../model/types";
import type { RecipientPolicy } from "../../secrets/agreed-recipients";
import { FileChanges, removeEmptyFolders } from "../files/file-changes";
import { forgetSecrets } from "../settings/store-secrets";

export interface Unplugged {
  manifest: string;
  source: string;
  destination: string;
  topic: string;
  warnings: Diagnostic[];
}

/** The plug is down. Its secrets go as well. */
export async function unplug(
  project: Project,
  plug: Plug,
  environment: NodeJS.ProcessEnv,
  policy?: RecipientPolicy,
): Promise<Unplugged> {
  const { manifest, src_instance, dst_instance, topic } = plug;
  const ends = resolveEnds(project, plug);
  const secrets = isResolved(ends) ? secretsOfPlug(plug, ends).map(({ id }) => id) : [];
  const changes = new FileChanges(project.root);
  changes.remove(manifest);
  const warnings = await changes.apply(() => forgetSecrets({ project, environment, policy }, secrets));
  removeEmptyFolders(project.root, manifest, manifest.slice(0, manifest.indexOf("/plugs/")));
  return { manifest, source: src_instance, destination: dst_instance, topic, warnings };
}

/** What is set up must be torn down before the tree forgets it. @throws MeshroomError PLUG_UP */
export function refuseUp(plugs: readonly Plug[], up: ReadonlySet<string>, remedy: string): void {
  const problems = plugs
    .filter(({ manifest }) => up.has(manifest))
    .map(
      ({ manifest, topic, src_instance, dst_instance }): Diagnostic => ({
        code: "PLUG_UP",
        severity: "error",
        summary: `the plug for ${topic} from ${src_instance} to ${dst_instance} is up (${manifest})`,
        remedy,
      }),
    );
  if (problems.length > 0) throw new MeshroomError(problems);
}
