// pocket_siem: takes events in by syslog, compares them with indicators, makes alerts and runs actions.
// @ts-check
import { randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:net";
import { fingerprint, HttpError, integer, isSameKey, listen, newKey, oneOf, serveApi, text } from "./http.mjs";
import { namedResource } from "./named-resource.mjs";
import { eventElement, FrameDecoder, intakeElement, parseMessage } from "./syslog.mjs";

const keptEvents = 10_000;
const day = 86_400_000; // milliseconds
const answerTime = 5000; // milliseconds, for the products that it calls
const raiseBy = 4;

/** Parsers by the id that vendors' documentation gives: `rfc5424` reads the frame only, the other one the sensor's fields. */
const formats = /** @type {const} */ (["rfc5424", "0f6e1a52-7c0b-4d7e-9c55-2f1f3a4b6d01"]);
/** What syslog's severities (0 emergency to 7 debug) are on the scale of 0 to 10. */
const syslogScale = [10, 9, 8, 7, 5, 3, 2, 1];

/** @typedef {{ id: string, name: string, format: string, key: string }} Intake */
/** @typedef {{ id: string, name: string, url: string, token: string, action: string }} Action */
/**
 * @typedef {object} Event
 * @property {number} seq
 * @property {string} intake
 * @property {string} received
 * @property {string} host
 * @property {string} [src_ip]
 * @property {string} [rule]
 * @property {number} severity 0 to 10
 * @property {string} [ioc] the indicator that raised the severity
 * @property {string} message
 */
/** @typedef {{ action: string, ok: boolean, error?: string }} Outcome */
/** @typedef {{ id: string, created: string, event: Event, actions: Outcome[] }} Alert */
/** @typedef {{ ip: string, indicator: string, feed: string }} Ioc */
/** @typedef {{ id: string, name: string, url: string, token: string, interval_seconds: number }} Feed */

/** @param {{ port?: number, syslogPort?: number, apiKey: string }} options */
export async function startSiem({ port = 0, syslogPort = 0, apiKey }) {
  const arrivals = new EventEmitter().setMaxListeners(0);
  const settings = { min_severity: 7, retention_days: 30 };
  const counters = { received: 0, dropped_unknown_key: 0, dropped_malformed: 0 };
  /** @type {Event[]} */
  let events = [];
  /** @type {Alert[]} */
  const alerts = [];
  const feeds = feedPoller();

  const listener = createServer((socket) => {
    const decoder = new FrameDecoder();
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      try {
        for (const message of decoder.push(chunk)) receive(message);
      } catch {
        counters.dropped_malformed++;
        socket.destroy();
      }
    });
  });
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  const address = { host: "127.0.0.1", port: await listen(listener, syslogPort) };

  const intakes = namedResource("/intakes", {
    read: (body, /** @type {{ format: string, key: string } | undefined} */ previous) => ({
      format: oneOf(body, "format", formats),
      key: previous?.key ?? newKey(),
    }),
    view: (intake) => ({ ...intake, ...address }),
  });
  const actions = namedResource("/actions", {
    read: (body) => ({
      action: oneOf(body, "action", ["block_ip"]),
      url: httpUrl(body),
      token: text(body, "token"),
    }),
    view: ({ token, ...action }) => ({ ...action, token_fingerprint: fingerprint(token) }),
  });

  /** @param {string} source */
  function receive(source) {
    counters.received++;
    const message = parseMessage(source);
    if (!message) return void counters.dropped_malformed++;
    const key = message.data[intakeElement]?.intake ?? "";
    const intake = [...intakes.items.values()].find((candidate) => isSameKey(candidate.key, key));
    if (!intake) return void counters.dropped_unknown_key++;
    store(raise(eventOf(message, intake)));
  }

  /** @param {Event} event */
  function raise(event) {
    const ioc = feeds.iocs().find(({ ip }) => ip === event.src_ip);
    return ioc ? { ...event, severity: Math.min(10, event.severity + raiseBy), ioc: ioc.indicator } : event;
  }

  /** @param {Event} event */
  function store(event) {
    const oldest = new Date(Date.now() - settings.retention_days * day).toISOString();
    events = [...events.filter(({ received }) => received >= oldest), event].slice(-keptEvents);
    if (event.severity >= settings.min_severity) void raiseAlert(event);
    arrivals.emit("event");
  }

  /** @param {Event} event */
  async function raiseAlert(event) {
    /** @type {Alert} */
    const alert = { id: randomUUID(), created: new Date().toISOString(), event, actions: [] };
    alerts.push(alert);
    const { src_ip, severity, rule } = event;
    if (src_ip === undefined) return;
    const reason = `severity ${severity}: ${rule ?? event.message}`;
    const outcomes = [...actions.items.values()].map((action) => run(action, { ip: src_ip, reason }));
    for (const outcome of outcomes) alert.actions.push(await outcome);
  }

  const api = await serveApi({
    port,
    apiKey,
    routes: {
      "GET /status": () => ({ product: "pocket_siem", ...counters, events: events.length, alerts: alerts.length }),
      "GET /settings": () => settings,
      "PUT /settings": ({ body }) =>
        Object.assign(settings, {
          min_severity: integer(body, "min_severity", { min: 0, max: 10, otherwise: settings.min_severity }),
          retention_days: integer(body, "retention_days", { min: 1, max: 3650, otherwise: settings.retention_days }),
        }),
      // Waits up to `wait` seconds for an event after `after`: what a watcher calls again and again.
      "GET /events": async ({ query, signal }) => {
        const after = Number(query.get("after") ?? 0);
        const intake = query.get("intake");
        const deadline = AbortSignal.timeout(Math.min(30, Number(query.get("wait") ?? 0) || 0) * 1000);
        const either = AbortSignal.any([signal, deadline]);
        for (;;) {
          const found = events.filter(({ seq, intake: id }) => seq > after && (intake === null || id === intake));
          if (found.length > 0 || either.aborted) return found;
          await once(arrivals, "event", { signal: either }).catch(() => undefined);
        }
      },
      "GET /alerts": () => alerts,
      "POST /actions/:id/run": async ({ params, body }) => {
        const outcome = await run(actions.get(params.id), { ip: text(body, "ip"), reason: text(body, "reason") });
        if (!outcome.ok) throw new HttpError(400, `${outcome.action}: ${outcome.error}`);
        return outcome;
      },
      "GET /iocs": () => feeds.iocs(),
      ...intakes.routes,
      ...actions.routes,
      ...feeds.routes,
    },
  }).catch((error) => {
    listener.close();
    throw error;
  });
  return {
    url: api.url,
    syslog: address,
    async stop() {
      feeds.stop();
      const closed = new Promise((resolve) => listener.close(resolve));
      for (const socket of sockets) socket.destroy();
      await Promise.all([api.close(), closed]);
    },
  };
}

let sequence = 0;

/** @param {import("./syslog.mjs").Message} message @param {Intake} intake @returns {Event} */
function eventOf({ severity, host, data, text: message }, intake) {
  const common = { seq: ++sequence, intake: intake.id, received: new Date().toISOString(), host, message };
  if (intake.format === "rfc5424") return { ...common, severity: syslogScale[severity] ?? 0 };
  const { src_ip, rule, severity: own } = data[eventElement] ?? {};
  return { ...common, src_ip, rule, severity: Math.max(0, Math.min(10, Number(own) || 0)) };
}

/** Never rejects: an action that fails is part of its alert. @param {Action} action @param {{ ip: string, reason: string }} params
 * @returns {Promise<Outcome>} */
async function run({ name, url, token }, params) {
  try {
    await call(url, token, { method: "POST", body: JSON.stringify(params) });
    return { action: name, ok: true };
  } catch (error) {
    return { action: name, ok: false, error: error instanceof Error ? error.message : "unknown error" };
  }
}

/** @param {string} url @param {string} token @param {RequestInit} [init] */
async function call(url, token, init) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(answerTime) }).catch((error) => {
    throw new Error(`no answer (${error.cause?.code ?? error.name})`);
  });
  const body = /** @type {any} */ (await response.json().catch(() => ({})));
  if (!response.ok) throw new Error(`HTTP ${response.status} ${body.error ?? ""}`.trim());
  return body;
}

/** The feeds and what the last poll of each brought. */
function feedPoller() {
  /** @type {Map<string, Ioc[]>} */
  const iocs = new Map();
  /** @type {Map<string, NodeJS.Timeout>} */
  const timers = new Map();
  /** @type {Map<string, { last_poll: string, last_error?: string }>} */
  const results = new Map();

  const feeds = namedResource("/feeds", {
    read: (body) => ({
      url: httpUrl(body),
      token: text(body, "token"),
      interval_seconds: integer(body, "interval_seconds", { min: 1, max: 86_400, otherwise: 60 }),
    }),
    view: ({ token, ...feed }) => ({
      ...feed,
      token_fingerprint: fingerprint(token),
      iocs: iocs.get(feed.id)?.length ?? 0,
      ...results.get(feed.id),
    }),
    changed: (feed) => {
      clearInterval(timers.get(feed.id));
      timers.set(
        feed.id,
        setInterval(() => poll(feed), feed.interval_seconds * 1000),
      );
      void poll(feed);
    },
    removed: ({ id }) => {
      clearInterval(timers.get(id));
      for (const map of [timers, iocs, results]) map.delete(id);
    },
  });

  /** A failed poll keeps what the one before it brought. @param {Feed} feed */
  async function poll(feed) {
    const last_poll = new Date().toISOString();
    try {
      const { objects = [] } = await call(feed.url, feed.token);
      if (!feeds.items.has(feed.id)) return;
      iocs.set(
        feed.id,
        objects.flatMap((/** @type {any} */ object) => iocOf(object, feed)),
      );
      results.set(feed.id, { last_poll });
    } catch (error) {
      if (!feeds.items.has(feed.id)) return;
      results.set(feed.id, { last_poll, last_error: error instanceof Error ? error.message : "unknown error" });
    }
  }

  return {
    iocs: () => [...iocs.values()].flat(),
    routes: /** @type {import("./http.mjs").Routes} */ ({
      ...feeds.routes,
      "POST /feeds/:id/poll": async ({ params }) => {
        const feed = feeds.get(params.id);
        await poll(feed);
        return { iocs: iocs.get(feed.id)?.length ?? 0, ...results.get(feed.id) };
      },
    }),
    stop() {
      for (const timer of timers.values()) clearInterval(timer);
    },
  };
}

/** Indicators other than addresses are of no use here. @param {any} object a STIX object @param {Feed} feed @returns {Ioc[]} */
function iocOf(object, feed) {
  if (object?.type !== "indicator" || object.revoked) return [];
  const ip = /^\[ipv[46]-addr:value = '([^']+)'\]$/.exec(object.pattern)?.[1];
  return ip === undefined ? [] : [{ ip, indicator: object.id, feed: feed.id }];
}

/** @param {Record<string, unknown>} body */
function httpUrl(body) {
  const url = text(body, "url");
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url;
  throw new HttpError(400, "url must be an http or https URL");
}
