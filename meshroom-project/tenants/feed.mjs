// threat_feed: threat intelligence that subscribers pull, as STIX 2.1 objects in the envelope of TAXII 2.1.
// @ts-check
import { randomUUID } from "node:crypto";
import { isIP } from "node:net";
import { HttpError, isSameKey, newKey, Reply, serveApi, text } from "./http.mjs";
import { namedResource } from "./named-resource.mjs";

const collections = ["malicious-ips", "scanners"];
const objectsOf = "/collections/:collection/objects";

/** @param {{ port?: number, apiKey: string }} options */
export async function startFeed({ port = 0, apiKey }) {
  const shelves = new Map(collections.map((name) => [name, newShelf()]));

  /** @param {string | undefined} name */
  function shelfOf(name) {
    const shelf = shelves.get(name ?? "");
    if (shelf) return shelf;
    throw new HttpError(404, `no such collection; there are: ${collections.join(", ")}`);
  }

  const routes = Object.keys(newShelf().subscriptions.routes).map((route) => {
    const [method, path] = route.split(" ");
    return [
      `${method} /collections/:collection${path}`,
      (/** @type {import("./http.mjs").Request} */ request) =>
        shelfOf(request.params.collection).subscriptions.routes[route]?.(request),
    ];
  });

  const api = await serveApi({
    port,
    apiKey,
    allows: (key, route, { collection }) =>
      route === `GET ${objectsOf}` &&
      [...shelfOf(collection).subscriptions.items.values()].some(({ token }) => isSameKey(token, key)),
    routes: {
      "GET /status": () => ({ product: "threat_feed", collections }),
      "POST /indicators": ({ body }) => {
        const indicator = readIndicator(body);
        shelfOf(text({ collection: collections[0], ...body }, "collection")).indicators.set(indicator.id, indicator);
        return new Reply(201, indicator);
      },
      "DELETE /indicators/:id": ({ params }) => {
        const found = [...shelves.values()].some(({ indicators }) => indicators.delete(params.id ?? ""));
        if (!found) throw new HttpError(404, "no such indicator");
      },
      [`GET ${objectsOf}`]: ({ params }) => {
        const objects = [...shelfOf(params.collection).indicators.values()];
        return new Reply(200, { more: false, objects }, "application/taxii+json;version=2.1");
      },
      "POST /collections/:collection/subscriptions/:id/token": ({ params }) =>
        Object.assign(shelfOf(params.collection).subscriptions.get(params.id), { token: newKey() }),
      ...Object.fromEntries(routes),
    },
  });
  return { url: api.url, stop: () => api.close() };
}

function newShelf() {
  return {
    /** @type {Map<string, ReturnType<typeof readIndicator>>} */
    indicators: new Map(),
    // A token is shown when it is made and never again.
    subscriptions: namedResource("/subscriptions", {
      read: (_body, /** @type {{ token: string } | undefined} */ previous) => ({ token: previous?.token ?? newKey() }),
      view: ({ token, ...rest }) => rest,
      created: (subscription) => subscription,
    }),
  };
}

/** @param {Record<string, unknown>} body */
function readIndicator(body) {
  const ip = text(body, "ip");
  const family = isIP(ip);
  if (!family) throw new HttpError(400, "ip must be an IP address");
  const now = new Date().toISOString();
  return {
    type: "indicator",
    spec_version: "2.1",
    id: `indicator--${randomUUID()}`,
    created: now,
    modified: now,
    name: text({ name: `traffic from ${ip}`, ...body }, "name"),
    indicator_types: ["malicious-activity"],
    pattern: `[ipv${family}-addr:value = '${ip}']`,
    pattern_type: "stix",
    valid_from: now,
  };
}
