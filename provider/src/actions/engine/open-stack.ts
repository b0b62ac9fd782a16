// Opens the stack of a deployment for previews and updates, by Pulumi's Automation API.
import { basename, dirname } from "node:path";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { MeshroomError } from "../../diagnostic";
import type { Deployment } from "./deployment";
import { explainFailure } from "./explain-failure";
import { prepareLocalFolder } from "./local-folder";
import { askPulumi, engineEnvironment, findPulumi } from "./pulumi-command";
import { stackName } from "./stack-state";

/** `program` is what a project without a Pulumi program runs. */
export async function openStack(deployment: Deployment, program: PulumiFn): Promise<Stack> {
  // Here, since it takes 0.4 s to load and most commands do without.
  const { CommandError, LocalWorkspace, PulumiCommand, Stack } =
    require("@pulumi/pulumi/automation") as typeof import("@pulumi/pulumi/automation");
  const envVars = await engineEnvironment(deployment, true);
  const bin = findPulumi(process.env);
  try {
    const pulumiCommand = await PulumiCommand.get(basename(bin) === "bin" ? { root: dirname(bin) } : undefined);
    if (deployment.kind === "program") {
      const workspace = await LocalWorkspace.create({ workDir: deployment.folder, envVars, pulumiCommand });
      // The Automation API's own would make it the stack of the user's next `pulumi up`. This one only asks whether it is there.
      workspace.selectStack = async (name) => {
        await askPulumi(deployment, ["stack", "--show-name", "--stack", name]);
      };
      return await Stack.select(await stackName(deployment), workspace);
    }
    prepareLocalFolder(deployment);
    const workspace = await LocalWorkspace.create({ workDir: deployment.folder, envVars, pulumiCommand, program });
    return await Stack.createOrSelect(await stackName(deployment), workspace);
  } catch (error) {
    if (error instanceof CommandError) throw new MeshroomError(explainFailure(deployment, error.message));
    throw error;
  }
}
