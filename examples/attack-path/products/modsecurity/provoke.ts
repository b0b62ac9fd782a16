// Test data: `meshroom produce alerts waf` sends each line as a request's parameter, and the rules decide.
import { produce } from "pulumi-meshroom/hooks";

/** Send a request that the rules may refuse */
export const sendRequest = produce({ role: "producer", topic: "alerts" }, async ({ instance, data, signal }) => {
  const url = new URL(instance.settings.url);
  url.searchParams.set("id", data);
  const response = await fetch(url, { signal });
  await response.body?.cancel();
  return { url: url.href, status: response.status, refused: response.status === 403 };
});
