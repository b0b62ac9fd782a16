// Plugs that only the journal knows, made resources: those that were at work when the provider was killed, which leaves no mark in the state.
import { readJournal } from "../../journal/journal";
import type { Operation } from "../../journal/operations";
import { journalFile } from "../../journal/place";
import { journalKey, makeSeal } from "../../journal/seal";
import { type ExportedResource, type ExportedStack, type Interrupted, markedAsBegun } from "./adopt-pending";
import type { Deployment } from "./deployment";
import { resourceOf } from "./events";
import { engineEnvironment } from "./pulumi-command";

/** Operations of the stack's journal on this machine that have left a plug, whole or in part. Holds secrets in clear: in memory only. */
export async function unrecordedOperations(deployment: Deployment, exported: ExportedStack): Promise<Operation[]> {
  const { root, programFolder } = deployment;
  const urn = exported.deployment?.resources?.[0]?.urn;
  if (urn === undefined) return [];
  const environment = { ...process.env, ...(await engineEnvironment(deployment, false)) };
  try {
    const file = journalFile({ root, programFolder, urn }, environment);
    const { operations } = readJournal(file, makeSeal(journalKey(root, environment))).folded;
    const known = new Set((exported.deployment?.resources ?? []).filter((each) => !each.pendingReplacement).map(urnOf));
    return [...operations.values()].filter((operation) => operation.kind !== "delete" && !known.has(operation.urn));
  } catch {
    // Without a journal of its own, the command knows what the state knows; the provider says what is wrong with it.
    return [];
  }
}

const urnOf = ({ urn }: ExportedResource) => urn;

/**
 * Takes them into an exported stack, as a mark of their creation would be: update and delete read the rest in the journal, secrets too. Where
 * their instances are not in the state, nothing is there to be taken in.
 */
export function adoptUnrecorded({ deployment }: ExportedStack, operations: readonly Operation[]): Interrupted[] {
  const resources = deployment?.resources ?? [];
  return operations.flatMap(({ urn, properties }) => {
    const { state, __secretState, __givenSecrets, __done, __touched, __attempt, revision, ...inputs } =
      properties as Operation["properties"] & Record<string, unknown>;
    const ends = resources.filter((each) => {
      const { kind, name } = resourceOf(each.urn);
      return kind === "instance" && (name === inputs.source || name === inputs.destination);
    });
    const like = ends[0];
    if (!like) return [];
    const {
      type: _,
      id: _id,
      inputs: _inputs,
      outputs: _outputs,
      ...shared
    } = like as ExportedResource & { type: string };
    const type = urn.split("::")[2]?.split("$").at(-1);
    const made = {
      ...shared,
      urn,
      type,
      custom: true,
      inputs,
      dependencies: ends.map(urnOf),
      propertyDependencies: undefined,
    };
    const index = resources.findIndex((each) => each.urn === urn);
    resources.splice(index < 0 ? resources.length : index, index < 0 ? 0 : 1, markedAsBegun(made));
    return [{ ...resourceOf(urn), operation: "setup" as const }];
  });
}
