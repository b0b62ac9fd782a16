// How {{product}} gives data out: it sends to a consumer, or lets one pull. These hooks serve every topic; give `push` or
// `pull` a `topic` where one needs hooks of its own.
import { setup, status, teardown } from "pulumi-meshroom/hooks";
import { connection, entrance } from "./client/ends";

const push = { role: "producer", mode: "push" } as const;
const pull = { role: "producer", mode: "pull" } as const;
const outputs = connection("/api/v1/outputs");
const subscriptions = entrance("/api/v1/subscriptions");

/** Add an output that sends to the consumer */
export const addOutput = setup(push, outputs.open);

/** Remove the output */
export const removeOutput = teardown(push, outputs.close);

/** Does the output still send to the consumer? */
export const checkOutput = status(push, outputs.check);

/** Create a subscription for the consumer */
export const openSubscription = setup(pull, subscriptions.open);

/** Cancel the subscription */
export const closeSubscription = teardown(pull, subscriptions.close);

/** Is the subscription still valid? */
export const checkSubscription = status(pull, subscriptions.check);
