// Sagan reads one FIFO, whoever writes: there is nothing to create, only to say where it is and that Sagan reads it.
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { type HookInstance, setup, status, teardown } from "pulumi-meshroom/hooks";
import { readIfThere } from "../../lib/files.ts";
import { processMark } from "../../lib/processes.ts";

const scope = { role: "consumer", topic: "events", mode: "push" } as const;

/** Check that Sagan reads its FIFO */
export const offerPipe = setup(scope, ({ instance, plug }) => {
  const problem = problemOf(instance);
  if (problem) throw new Error(problem);
  plug.settings.pipe = resolve(instance.settings.fifo);
});

/** Forget the FIFO */
export const forgetPipe = teardown(scope, ({ plug }) => {
  delete plug.settings.pipe;
});

/** Does Sagan still read? */
export const checkPipe = status(scope, ({ instance }) => problemOf(instance) ?? true);

function problemOf({ name, settings }: HookInstance): string | undefined {
  const pid = Number.parseInt(readIfThere(settings.pid_file) ?? "", 10);
  if (!processMark(pid)) return `${name} does not run: start Sagan`;
  if (!statSync(settings.fifo, { throwIfNoEntry: false })?.isFIFO()) return `${settings.fifo} is no FIFO`;
  return undefined;
}
