// What the tenants' admin APIs share: JSON over HTTP on the loopback address, behind a key.
// @ts-check
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const maximumBody = 1_000_000;

/** An answer other than 200. The message goes to the caller: it holds no secret. */
export class HttpError extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** What a handler returns to answer with a status of its own. */
export class Reply {
  /** @param {number} status @param {unknown} body @param {string} [type] */
  constructor(status, body, type = "application/json") {
    this.status = status;
    this.body = body;
    this.type = type;
  }
}

/**
 * @typedef {object} Request
 * @property {Record<string, string>} params the `:name` parts of the path
 * @property {URLSearchParams} query
 * @property {Record<string, unknown>} body
 * @property {AbortSignal} signal aborted when the caller hangs up
 */
/** @typedef {(request: Request) => unknown} Handler a value is 200, undefined 204 */
/** @typedef {Record<string, Handler>} Routes by `METHOD /path/:param` */

export const newKey = () => randomBytes(24).toString("base64url");

/** Tells two secrets apart without telling them. @param {string} secret */
export const fingerprint = (secret) => createHash("sha256").update(secret).digest("hex").slice(0, 12);

/** Compares in constant time. @param {string} left @param {string} right */
export function isSameKey(left, right) {
  const digest = (/** @type {string} */ text) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/**
 * A property of a body that must be there. @param {Record<string, unknown>} body @param {string} name
 * @returns {string}
 */
export function text(body, name) {
  const value = body[name];
  if (typeof value === "string" && value !== "" && value.length <= 1000) return value;
  throw new HttpError(400, `${name} must be a text`);
}

/**
 * @param {Record<string, unknown>} body @param {string} name
 * @param {{ min: number, max: number, otherwise?: number }} range
 */
export function integer(body, name, { min, max, otherwise }) {
  const value = body[name] ?? otherwise;
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new HttpError(400, `${name} must be an integer from ${min} to ${max}`);
}

/**
 * One of the values listed. @template {string} T @param {Record<string, unknown>} body @param {string} name
 * @param {readonly T[]} values @returns {T}
 */
export function oneOf(body, name, values) {
  const found = values.find((value) => value === body[name]);
  if (found !== undefined) return found;
  throw new HttpError(400, `${name} must be one of: ${values.join(", ")}`);
}

/**
 * Serves the routes on 127.0.0.1. The API key opens all of them; `allows` says what other keys open.
 * @param {object} options
 * @param {number} options.port 0: one that is free
 * @param {string} options.apiKey
 * @param {Routes} options.routes
 * @param {(key: string, route: string, params: Record<string, string>) => boolean} [options.allows]
 */
export async function serveApi({ port, apiKey, routes, allows = () => false }) {
  const table = Object.entries(routes).map(([route, handle]) => ({ route, handle, pattern: patternOf(route) }));

  /** @param {import("node:http").IncomingMessage} request @param {AbortSignal} signal */
  async function answer(request, signal) {
    const url = new URL(request.url ?? "/", "http://tenant");
    const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    if (key === undefined) throw new HttpError(401, "no API key: send Authorization: Bearer");
    const line = `${request.method} ${url.pathname}`;
    const found = table.find(({ pattern }) => pattern.test(line));
    const params = decodeParams(found?.pattern.exec(line)?.groups);
    if (!isSameKey(key, apiKey) && !(found && allows(key, found.route, params))) {
      throw new HttpError(401, "wrong API key");
    }
    if (!found) throw new HttpError(404, "no such path");
    return found.handle({ params, query: url.searchParams, body: await readBody(request), signal });
  }

  const server = createServer(async (request, response) => {
    const hangUp = new AbortController();
    response.on("close", () => hangUp.abort());
    const reply = await Promise.resolve(answer(request, hangUp.signal)).then(replyOf, replyOfError);
    response.writeHead(reply.status, { "content-type": reply.type });
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
  });
  const url = `http://127.0.0.1:${await listen(server, port)}`;
  return {
    url,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** @param {import("node:net").Server} server @param {number} port @returns {Promise<number>} the port it got */
export function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
}

/** @param {string} route */
function patternOf(route) {
  return new RegExp(`^${route.replace(/:(\w+)/g, "(?<$1>[^/]+)")}$`);
}

/** @param {Record<string, string> | undefined} groups @returns {Record<string, string>} */
function decodeParams(groups = {}) {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    throw new HttpError(400, "the path is not valid percent-encoding");
  }
}

/** @param {import("node:http").IncomingMessage} request @returns {Promise<Record<string, unknown>>} */
async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maximumBody) throw new HttpError(413, `the body is larger than ${maximumBody} bytes`);
    chunks.push(chunk);
  }
  if (size === 0) return {};
  const value = parseJson(Buffer.concat(chunks).toString("utf8"));
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new HttpError(400, "the body must be a JSON object");
}

/** @param {string} source */
function parseJson(source) {
  try {
    return JSON.parse(source);
  } catch {
    throw new HttpError(400, "the body is not valid JSON");
  }
}

/** @param {unknown} value */
function replyOf(value) {
  if (value instanceof Reply) return value;
  return new Reply(value === undefined ? 204 : 200, value);
}

/** @param {unknown} error */
function replyOfError(error) {
  if (error instanceof HttpError) return new Reply(error.status, { error: error.message });
  console.error(error instanceof Error ? error.stack : "a handler threw something that is not an Error");
  return new Reply(500, { error: "internal error" });
}
