// How {{product}} lets others have it act: the trigger gets a key that opens one action, or {{product}} fetches its orders.
import { execute, setup, status, teardown } from "pulumi-meshroom/hooks";
import { Api } from "./client/api";
import { connection, entrance } from "./client/ends";

const push = { role: "executor", mode: "push" } as const;
const pull = { role: "executor", mode: "pull" } as const;
const keys = entrance("/api/v1/action-keys");
const orders = connection("/api/v1/order-sources");

/** Create a key for one action */
export const createKey = setup(push, keys.open);

/** Revoke the key */
export const revokeKey = teardown(push, keys.close);

/** Is the key still valid? */
export const checkKey = status(push, keys.check);

/** Add the trigger to those whose orders are fetched */
export const addOrderSource = setup(pull, orders.open);

/** Fetch no more orders */
export const removeOrderSource = teardown(pull, orders.close);

/** Are orders still fetched? */
export const checkOrderSource = status(pull, orders.check);

// For `meshroom execute {{action}}`: one such hook for each action that may be run without a plug.
/** Run {{action}} on this instance */
export const runAction = execute({ role: "executor", topic: "{{action}}" }, async ({ instance, params, signal }) => {
  await (await Api.of(instance, signal)).post("/api/v1/actions/{{action}}", params);
});
