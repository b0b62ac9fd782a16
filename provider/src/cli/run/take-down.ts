// Before something is removed: what of it is up is torn down where `--down` says so, and else keeps it from being removed.

import { readMeshState, readMeshStateIfKnown } from "../../actions/engine/mesh-state";
import type { PlugQuery } from "../../actions/finding/find-plugs";
import { planDown } from "../../actions/verbs/down";
import { refuseUp } from "../../actions/verbs/unplug";
import { formatDiagnostic } from "../../diagnostic";
import type { Plug } from "../../model/types";
import type { Call } from "../parse/command";
import { runQuietly } from "./run-plan";

/** @throws MeshroomError PLUG_UP; as `planDown` */
export async function takeDown(
  call: Call,
  plugs: readonly Plug[],
  selection: PlugQuery,
  command: string,
): Promise<void> {
  if (plugs.length === 0) return;
  if (call.flag("down")) await tearDown(call, plugs, selection);
  else {
    const { up, problems } = await readMeshStateIfKnown(call.root);
    for (const problem of problems) call.terminal.report(formatDiagnostic(problem));
    refuseUp(plugs, up, `tear it down with it: \`${command} --down\``);
  }
}

async function tearDown(call: Call, plugs: readonly Plug[], selection: PlugQuery): Promise<void> {
  const up = await readMeshState(call.root);
  if (!plugs.some(({ manifest }) => up.has(manifest))) return;
  const manifests = new Set(plugs.map(({ manifest }) => manifest));
  await runQuietly(call, await planDown({ root: call.root, selection: { ...selection, manifests } }));
  // A plug that another tool has set up is in no stack of ours.
  refuseUp(
    plugs,
    await readMeshState(call.root),
    "`meshroom up` takes it over, then try again; or tear it down with the tool that set it up",
  );
}
