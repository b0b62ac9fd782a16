// The action itself: `meshroom execute scan av -p text=...`
import { execute } from "pulumi-meshroom/hooks";
import { ask, type Clamd } from "./client/clamd.ts";

/** Scan a text: -p text=... */
export const scanText = execute({ role: "executor", topic: "scan" }, async ({ instance, params }) => {
  if (typeof params.text !== "string") throw new Error("scan needs something to scan: add -p text=TEXT");
  const answer = await ask(instance.settings as Clamd, "INSTREAM", Buffer.from(params.text));
  return { found: answer.endsWith("FOUND"), answer };
});
