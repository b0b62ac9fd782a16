// Test data: `meshroom produce threats tip` adds an indicator for each line, an address or the SHA-256 of a file.
import { produce } from "pulumi-meshroom/hooks";
import { newIndicator } from "../../lib/taxii/indicator.ts";
import { openCollection } from "./client/collection.ts";

/** Add an indicator for an address or a file's hash */
export const addIndicator = produce({ role: "producer", topic: "threats" }, async ({ instance, data, signal }) => {
  const indicator = newIndicator(data.trim());
  await (await openCollection(instance, signal)).add([indicator]);
  return { id: indicator.id, pattern: indicator.pattern ?? "" };
});
