// The `pulumi` command: where it is, the environment that it runs in, and single questions to it.
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { MeshroomError } from "../../diagnostic";
import type { Deployment } from "./deployment";
import { explainFailure } from "./explain-failure";
import { stateUrl } from "./local-folder";
import { localPassphrase } from "./passphrase";

const program = process.platform === "win32" ? "pulumi.exe" : "pulumi";

/** Folder of the `pulumi` that is used: on the PATH, else where its installer puts it. @throws MeshroomError ENGINE_MISSING */
export function findPulumi(environment: NodeJS.ProcessEnv): string {
  const installed = join(homedir(), ".pulumi", "bin");
  const folders = [...(environment.PATH ?? "").split(delimiter).filter(Boolean), installed];
  const found = folders.find((folder) => isProgram(join(folder, program)));
  if (found) return found;
  throw new MeshroomError({
    code: "ENGINE_MISSING",
    severity: "error",
    summary: "the `pulumi` command, which sets plugs up and keeps their state, is not on the PATH",
    remedy:
      "install it: `curl -fsSL https://get.pulumi.com | sh` or `brew install pulumi/tap/pulumi` (https://www.pulumi.com/docs/install/); no account is needed",
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * What is added to the environment of a call. A local state is used whatever backend the user has for other things. The passphrase is
 * there only where secrets are read or written, since it may take a key to know it.
 */
export async function engineEnvironment(deployment: Deployment, withSecrets: boolean): Promise<Record<string, string>> {
  const path = [findPulumi(process.env), dirname(process.execPath), process.env.PATH ?? ""].join(delimiter);
  const common = { PATH: path, PULUMI_SKIP_UPDATE_CHECK: "true" };
  if (deployment.kind === "program") return common;
  const backend = { PULUMI_BACKEND_URL: stateUrl(deployment) };
  return { ...common, ...backend, ...(withSecrets && { PULUMI_CONFIG_PASSPHRASE: await localPassphrase(deployment) }) };
}

/** Runs one command to its end and gives what it printed. @throws MeshroomError ENGINE_FAILED, STACK_UNKNOWN, ... */
export async function askPulumi(
  deployment: Deployment,
  args: readonly string[],
  options: { withSecrets?: boolean; input?: string } = {},
): Promise<string> {
  const env = { ...process.env, ...(await engineEnvironment(deployment, options.withSecrets ?? false)) };
  const settings = { cwd: deployment.folder, env, maxBuffer: 1024 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    const child = execFile(
      "pulumi",
      [...args, "--non-interactive", "--color", "never"],
      settings,
      (error, stdout, stderr) => {
        if (error) reject(new MeshroomError(explainFailure(deployment, stderr || error.message)));
        else resolve(stdout);
      },
    );
    child.stdin?.end(options.input);
  });
}
