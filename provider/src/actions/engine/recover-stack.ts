// After a run was killed: removes the lock of a run that has ended, and makes resources of what it was at work on.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, formatDiagnostic, MeshroomError } from "../../diagnostic";
import { adoptPending, type ExportedStack, type Interrupted, interruptedPlugs } from "./adopt-pending";
import { type Deployment, LOCAL_PROJECT, LOCAL_STACK } from "./deployment";
import { explainLock, failureText } from "./explain-failure";
import { stateFolder } from "./local-folder";
import { describeHolder, isLockFailure, type LockHolder, readHolders, stateOfHolder } from "./lock";
import { askPulumi } from "./pulumi-command";
import { exportStack } from "./stack-state";

export interface Recovery {
  /** Whose locks were removed. */
  released: LockHolder[];
  interrupted: Interrupted[];
}

/** Is a lock to be removed whose holder can't be seen from here (another machine's, or not named)? */
export type MayRelease = (holders: readonly LockHolder[]) => Promise<boolean>;

const never: MayRelease = async () => false;

/**
 * Makes the state of a stack true again. Nothing is done at tenants.
 * @throws MeshroomError STACK_LOCKED where another run is at work; ENGINE_FAILED
 */
export async function recoverStack(
  deployment: Deployment,
  stack: string,
  mayRelease: MayRelease = never,
): Promise<Recovery> {
  // Before the state is read: a run that is at work keeps the lock, and its marks are its own.
  const released = await releaseLock(deployment, stack, mayRelease);
  const exported = await exportText(deployment, stack);
  const recovered = JSON.parse(exported) as ExportedStack;
  const marks = recovered.deployment?.pending_operations?.length ?? 0;
  const interrupted = adoptPending(recovered);
  if (recovered.deployment?.pending_operations?.length === marks || marks === 0) return { released, interrupted };
  if ((await exportText(deployment, stack)) !== exported) throw new MeshroomError(explainLock("", deployment));
  // Secrets stay as they are, encrypted.
  await askPulumi(deployment, ["stack", "import", "--stack", stack], {
    withSecrets: true,
    input: JSON.stringify(recovered),
  });
  return { released, interrupted };
}

/** Are there marks of a run that was killed, or of one that is at work? A preview of the engine does not say. */
export async function hasMarks(deployment: Deployment): Promise<boolean> {
  if (deployment.kind === "program") return interruptedPlugs((await exportStack(deployment)) ?? {}).length > 0;
  const file = join(stateFolder(deployment), ".pulumi", "stacks", LOCAL_PROJECT, `${LOCAL_STACK}.json`);
  return existsSync(file) && readFileSync(file).includes('"pending_operations"');
}

function exportText(deployment: Deployment, stack: string): Promise<string> {
  return askPulumi(deployment, ["stack", "export", "--stack", stack]);
}

/** No resource is called so: the engine takes the lock, finds nothing to do and says so. */
const NOBODY = "urn:pulumi:none::none::none:none:None::none";

async function releaseLock(deployment: Deployment, stack: string, mayRelease: MayRelease): Promise<LockHolder[]> {
  const said = await lockFailure(deployment, stack);
  if (said === undefined) return [];
  if (await releaseEnded(deployment, stack, said)) return readHolders(said);
  const holders = readHolders(said);
  const isAlive = holders.some((holder) => stateOfHolder(holder) === "alive");
  if (isAlive || !(await mayRelease(holders))) throw new MeshroomError(explainLock(said, deployment));
  await cancel(deployment, stack);
  return holders;
}

/** What the engine says of the lock; undefined where there is none. */
async function lockFailure(deployment: Deployment, stack: string): Promise<string | undefined> {
  const args = ["refresh", "--yes", "--skip-preview", "--target", NOBODY, "--stack", stack];
  try {
    await askPulumi(deployment, args, { withSecrets: true });
    return undefined;
  } catch (error) {
    const said = failureText(error);
    if (said !== undefined && isLockFailure(said)) return said;
    if (said?.includes(NOBODY)) return undefined;
    throw error;
  }
}

/** Removes the lock where all that hold it are known to have ended. `said`: what the engine said of it. */
export async function releaseEnded(deployment: Deployment, stack: string, said: string): Promise<boolean> {
  const holders = readHolders(said);
  if (holders.length === 0 || !holders.every((holder) => stateOfHolder(holder) === "ended")) return false;
  await cancel(deployment, stack);
  return true;
}

async function cancel(deployment: Deployment, stack: string): Promise<void> {
  await askPulumi(deployment, ["cancel", "--yes", "--stack", stack]);
}

/** As {@link recoverStack}. While another run is at work, a warning: its marks are its own, and a plan is as good as it gets. */
export async function recoverUnlessLocked(deployment: Deployment, stack: string): Promise<readonly Diagnostic[]> {
  try {
    return describeRecovery(await recoverStack(deployment, stack));
  } catch (error) {
    const isLocked = error instanceof MeshroomError && error.diagnostics.some(({ code }) => code === "STACK_LOCKED");
    if (!isLocked) throw error;
    return error.diagnostics.map((diagnostic) => ({ ...diagnostic, severity: "warning" }));
  }
}

/** What a recovery has done, for people. */
export function describeRecovery({ released, interrupted }: Recovery): Diagnostic[] {
  const locks = released.map((holder): Diagnostic => {
    const summary = `the lock of a run that has ended was removed: ${describeHolder(holder)}`;
    return { code: "RUN_INTERRUPTED", severity: "warning", summary };
  });
  if (interrupted.length === 0) return locks;
  const names = [...new Set(interrupted.map(({ name }) => name))];
  const summary = `the last run was ended while it was at work on ${names.join(", ")}; the state now has what it had begun as not whole`;
  const remedy = "`meshroom up` sets it up to its end, `meshroom down` tears it down";
  return [...locks, { code: "RUN_INTERRUPTED", severity: "warning", summary, remedy }];
}

/** As {@link describeRecovery}, for the engine's own way of telling problems. */
export function recoveryTexts(recovery: Recovery): string[] {
  return describeRecovery(recovery).map(formatDiagnostic);
}
