// pocket_firewall: blocks addresses for callers that have a key for it.
// @ts-check
import { BlockList, isIP } from "node:net";
import { HttpError, isSameKey, newKey, oneOf, Reply, serveApi, text } from "./http.mjs";
import { namedResource } from "./named-resource.mjs";

/** What a key of a scope opens. */
const scopes = /** @type {const} */ ({ block_ip: ["POST /block"], read: ["GET /blocked", "GET /blocked/:ip"] });
const scopeNames = /** @type {(keyof typeof scopes)[]} */ (Object.keys(scopes));

/** @typedef {{ scope: keyof typeof scopes, key: string }} ScopedKey */
/** @typedef {{ ip: string, reason: string, since: string }} Block */

/** @param {{ port?: number, apiKey: string }} options */
export async function startFirewall({ port = 0, apiKey }) {
  /** @type {Map<string, Block>} */
  const blocked = new Map();
  /** @type {string[]} */
  let neverBlock = ["127.0.0.0/8"];

  // A key is shown when it is made and never again.
  const keys = namedResource("/api-keys", {
    read: readKey,
    view: ({ key, ...rest }) => rest,
    created: (key) => key,
  });

  /** @param {string | undefined} ip */
  function getBlock(ip) {
    const block = blocked.get(ip ?? "");
    if (block) return block;
    throw new HttpError(404, "that address is not blocked");
  }

  const api = await serveApi({
    port,
    apiKey,
    allows: (key, route) => {
      const scope = [...keys.items.values()].find((candidate) => isSameKey(candidate.key, key))?.scope;
      if (scope === undefined) return false;
      if (scopes[scope].some((opened) => opened === route)) return true;
      throw new HttpError(403, `a key with the scope ${scope} may not do that`);
    },
    routes: {
      "GET /status": () => ({ product: "pocket_firewall", blocked: blocked.size, api_keys: keys.items.size }),
      "GET /settings": () => ({ never_block: neverBlock }),
      "PUT /settings": ({ body }) => {
        neverBlock = readRanges(body.never_block);
        return { never_block: neverBlock };
      },
      "POST /block": ({ body }) => {
        const ip = text(body, "ip");
        if (!isIP(ip)) throw new HttpError(400, "ip must be an IP address");
        if (isIn(ip, neverBlock)) throw new HttpError(409, `${ip} is never blocked (never_block)`);
        const known = blocked.get(ip);
        if (known) return known;
        const block = { ip, reason: text(body, "reason"), since: new Date().toISOString() };
        blocked.set(ip, block);
        return new Reply(201, block);
      },
      "GET /blocked": () => [...blocked.values()],
      "GET /blocked/:ip": ({ params }) => getBlock(params.ip),
      "DELETE /blocked/:ip": ({ params }) => void blocked.delete(getBlock(params.ip).ip),
      "POST /api-keys/:id/rotate": ({ params }) => Object.assign(keys.get(params.id), { key: newKey() }),
      ...keys.routes,
    },
  });
  return { url: api.url, stop: () => api.close() };
}

/** @param {Record<string, unknown>} body @param {ScopedKey | undefined} previous @returns {ScopedKey} */
function readKey(body, previous) {
  return { scope: oneOf(body, "scope", scopeNames), key: previous?.key ?? newKey() };
}

/** @param {unknown} value @returns {string[]} */
function readRanges(value) {
  if (!Array.isArray(value)) throw new HttpError(400, "never_block must be a list of ranges such as 192.0.2.0/24");
  for (const range of value) {
    const [ip, bits, ...rest] = String(range).split("/");
    const family = isIP(ip ?? "");
    if (!family || rest.length > 0 || !/^\d+$/.test(bits ?? "") || Number(bits) > (family === 4 ? 32 : 128)) {
      throw new HttpError(400, "never_block must be a list of ranges such as 192.0.2.0/24");
    }
  }
  return value.map(String);
}

/** @param {string} ip @param {readonly string[]} ranges */
function isIn(ip, ranges) {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = "", bits] = range.split("/");
    list.addSubnet(network, Number(bits), familyOf(network));
  }
  return list.check(ip, familyOf(ip));
}

/** @param {string} ip */
function familyOf(ip) {
  return isIP(ip) === 6 ? "ipv6" : "ipv4";
}
