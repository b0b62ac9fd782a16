// How {{product}} has others act: it calls the executor's endpoint, or offers its orders to an executor that fetches them.
import { setup, status, teardown, trigger } from "pulumi-meshroom/hooks";
import { Api } from "./client/api";
import { connection, entrance } from "./client/ends";

const push = { role: "trigger", mode: "push" } as const;
const pull = { role: "trigger", mode: "pull" } as const;
const connectors = "/api/v1/connectors";
const calls = connection(connectors);
const queues = entrance("/api/v1/order-queues");

/** Register the executor as a connector */
export const addConnector = setup(push, calls.open);

/** Remove the connector */
export const removeConnector = teardown(push, calls.close);

/** Does the connector still call the executor? */
export const checkConnector = status(push, calls.check);

/** Open a queue of orders for the executor */
export const openQueue = setup(pull, queues.open);

/** Close the queue */
export const closeQueue = teardown(pull, queues.close);

/** Is the queue still open? */
export const checkQueue = status(pull, queues.check);

/** Have the executor act now */
export const runNow = trigger(push, async ({ instance, plug, params, signal }) => {
  const id = plug?.settings.connection_id;
  if (typeof id !== "string") throw new Error("this plug is not set up: run `meshroom up` first");
  await (await Api.of(instance, signal)).post(`${connectors}/${id}/run`, params);
});
