// One step at the source.
import { setup, status, teardown } from "pulumi-meshroom/hooks";
import { drop, look, make } from "../../lib/thing";

const scope = { role: "producer", topic: "events" } as const;

/** Make the output */
export const makeOutput = setup(scope, (context) => make(context, "output"));

/** Drop the output */
export const dropOutput = teardown(scope, (context) => drop(context, "output"));

/** Look at the output */
export const lookAtOutput = status(scope, (context) => look(context, "output"));
