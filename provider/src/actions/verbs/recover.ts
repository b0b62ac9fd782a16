// `recover`: makes a stack's state true again after a run was killed, without touching a tenant.
import { findDeployment, hasLocalState } from "../engine/deployment";
import type { LockHolder } from "../engine/lock";
import { type MayRelease, type Recovery, recoverStack } from "../engine/recover-stack";
import { stackName } from "../engine/stack-state";

export { describeHolder } from "../engine/lock";
export { describeRecovery } from "../engine/recover-stack";
export type { LockHolder };

export interface RecoverRequest {
  /** Absolute path of the project. */
  root: string;
  /** Name of the stack; the selected one where absent. */
  stack?: string;
  /** Asked about a lock whose holder can't be seen from this machine. */
  mayRelease: MayRelease;
}

/** @throws MeshroomError ENGINE_MISSING, STACK_UNKNOWN, STACK_LOCKED, ENGINE_FAILED */
export async function recover({ root, stack, mayRelease }: RecoverRequest): Promise<Recovery & { stack: string }> {
  const deployment = findDeployment(root, stack);
  const name = await stackName(deployment);
  if (deployment.kind === "local" && !hasLocalState(deployment)) return { stack: name, released: [], interrupted: [] };
  return { stack: name, ...(await recoverStack(deployment, name, mayRelease)) };
}
