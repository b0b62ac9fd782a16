// Test data: `meshroom produce alerts waf` sends each line as a request's parameter, and the rules decide.
import { request } from "node:http";
import { produce } from "pulumi-meshroom/hooks";

/** Send a request that the rules may refuse */
export const sendRequest = produce({ role: "producer", topic: "alerts" }, async ({ instance, data, signal }) => {
  const url = new URL(instance.settings.url);
  url.searchParams.set("id", data);
  const status = await get(url, instance.settings.test_address, signal);
  return { url: url.href, status, refused: status === 403 };
});

function get(url: URL, localAddress: string | undefined, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { localAddress, signal, timeout: 5_000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("timeout", () => sent.destroy(new Error(`${url.origin} does not answer: is the sender blocked already?`)));
    sent.on("error", reject);
    sent.end();
  });
}
