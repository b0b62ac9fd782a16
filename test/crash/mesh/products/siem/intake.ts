// Two steps at the destination.
import { setup, status, teardown } from "pulumi-meshroom/hooks";
import { drop, look, make } from "../../lib/thing";

const scope = { role: "consumer", topic: "events" } as const;

/** Make the intake */
export const makeIntake = setup(scope, (context) => make(context, "intake"));

/** Make the parser */
export const makeParser = setup(scope, (context) => make(context, "parser"));

/** Drop the intake */
export const dropIntake = teardown(scope, (context) => drop(context, "intake"));

/** Drop the parser */
export const dropParser = teardown(scope, (context) => drop(context, "parser"));

/** Look at the intake */
export const lookAtIntake = status(scope, (context) => look(context, "intake"));

/** Look at the parser */
export const lookAtParser = status(scope, (context) => look(context, "parser"));
