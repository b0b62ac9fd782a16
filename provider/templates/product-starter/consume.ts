// How {{product}} takes data in: pushed to an intake, or pulled from a producer by itself. These hooks serve every topic;
// give `push` or `pull` a `topic` where one needs hooks of its own.
import { setup, status, teardown } from "pulumi-meshroom/hooks";
import { connection, entrance } from "./client/ends";

const push = { role: "consumer", mode: "push" } as const;
const pull = { role: "consumer", mode: "pull" } as const;
const intakes = entrance("/api/v1/intakes");
const sources = connection("/api/v1/sources");

/** Open an intake for the producer */
export const openIntake = setup(push, intakes.open);

/** Close the intake */
export const closeIntake = teardown(push, intakes.close);

/** Is the intake still open? */
export const checkIntake = status(push, intakes.check);

/** Add the producer to the sources to poll */
export const addSource = setup(pull, sources.open);

/** Remove the source */
export const removeSource = teardown(pull, sources.close);

/** Is the source still polled? */
export const checkSource = status(pull, sources.check);
