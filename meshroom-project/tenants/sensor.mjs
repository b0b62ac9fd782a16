// edge_sensor: a network sensor that reports what it sees as syslog to its outputs.
// @ts-check
import { connect, isIP } from "node:net";
import { fingerprint, HttpError, integer, oneOf, Reply, serveApi, text } from "./http.mjs";
import { namedResource } from "./named-resource.mjs";
import { eventElement, formatMessage, frame, intakeElement } from "./syslog.mjs";

const longestQueue = 1000;
const retry = { first: 100, longest: 5000 }; // milliseconds

/**
 * @typedef {object} Target
 * @property {"rfc5424"} protocol
 * @property {string} host
 * @property {number} port
 * @property {string} token the intake key that the receiver wants to see
 * @property {number} from_severity events below it are not sent
 */
/**
 * @typedef {object} Event
 * @property {number} severity 0 to 10
 * @property {string} src_ip
 * @property {string} rule
 * @property {string} message
 */

/** One connection that is kept up: what can't be sent now waits, up to a limit, and the oldest goes first. */
class Forwarder {
  /** @type {Buffer[]} */
  #queue = [];
  /** @type {import("node:net").Socket | undefined} */
  #socket;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #delay = retry.first;
  #isWriting = false;
  #isStopped = false;
  connected = false;
  sent = 0;
  dropped = 0;
  /** @type {string | undefined} */
  last_error;

  /** @param {string} host @param {number} port */
  constructor(host, port) {
    this.host = host;
    this.port = port;
    this.#connect();
  }

  get queued() {
    return this.#queue.length;
  }

  /** @param {Buffer} bytes */
  send(bytes) {
    this.#queue.push(bytes);
    if (this.#queue.length > longestQueue) {
      this.#queue.shift();
      this.dropped++;
    }
    this.#write();
  }

  stop() {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
  }

  #connect() {
    const socket = connect({ host: this.host, port: this.port });
    this.#socket = socket;
    socket.on("connect", () => {
      this.connected = true;
      this.last_error = undefined;
      this.#delay = retry.first;
      this.#write();
    });
    socket.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
      this.last_error = error.code ?? "the connection failed";
    });
    socket.on("close", () => {
      this.connected = false;
      if (this.#isStopped) return;
      this.#timer = setTimeout(() => this.#connect(), this.#delay);
      this.#delay = Math.min(this.#delay * 2, retry.longest);
    });
    socket.resume(); // or the end of the connection is never seen
  }

  // One message at a time, put back if it could not be written. Plain TCP has no receipts: what the system's buffer
  // held when the receiver died is lost, as with every syslog sender.
  #write() {
    if (!this.connected || this.#isWriting) return;
    const bytes = this.#queue.shift();
    if (bytes === undefined) return;
    this.#isWriting = true;
    this.#socket?.write(bytes, (error) => {
      this.#isWriting = false;
      if (error) this.#queue.unshift(bytes);
      else this.sent++;
      this.#write();
    });
  }
}

/** @param {{ port?: number, apiKey: string, name?: string }} options */
export async function startSensor({ port = 0, apiKey, name = "edge" }) {
  /** @type {Map<string, Forwarder>} */
  const forwarders = new Map();
  const outputs = namedResource("/outputs", {
    read: readTarget,
    view: ({ token, ...output }) => {
      const { connected, queued, sent, dropped, last_error } = forwarders.get(output.id) ?? {};
      return { ...output, token_fingerprint: fingerprint(token), connected, queued, sent, dropped, last_error };
    },
    changed: ({ id, host, port }) => {
      const previous = forwarders.get(id);
      if (previous && previous.host === host && previous.port === port) return;
      previous?.stop();
      forwarders.set(id, new Forwarder(host, port));
    },
    removed: ({ id }) => {
      forwarders.get(id)?.stop();
      forwarders.delete(id);
    },
  });

  /** @param {Event} event */
  function emit(event) {
    const receivers = [...outputs.items.values()].filter((output) => event.severity >= output.from_severity);
    for (const { id, token } of receivers) forwarders.get(id)?.send(frame(messageOf(name, event, token)));
    return new Reply(202, { outputs: receivers.length });
  }

  const api = await serveApi({
    port,
    apiKey,
    routes: {
      "GET /status": () => ({ product: "edge_sensor", name, outputs: outputs.items.size }),
      "POST /emit": ({ body }) => emit(readEvent(body)),
      ...outputs.routes,
    },
  });
  return {
    url: api.url,
    async stop() {
      for (const forwarder of forwarders.values()) forwarder.stop();
      await api.close();
    },
  };
}

/** @param {Record<string, unknown>} body @returns {Target} */
function readTarget(body) {
  return {
    protocol: oneOf(body, "protocol", ["rfc5424"]),
    host: text(body, "host"),
    port: integer(body, "port", { min: 1, max: 65_535 }),
    token: text(body, "token"),
    from_severity: integer(body, "from_severity", { min: 0, max: 10, otherwise: 0 }),
  };
}

/** @param {Record<string, unknown>} body @returns {Event} */
function readEvent(body) {
  const src_ip = text(body, "src_ip");
  if (!isIP(src_ip)) throw new HttpError(400, "src_ip must be an IP address");
  return {
    severity: integer(body, "severity", { min: 0, max: 10, otherwise: 5 }),
    src_ip,
    rule: text({ rule: "unnamed", ...body }, "rule"),
    message: text({ message: `traffic from ${src_ip}`, ...body }, "message"),
  };
}

/** @param {string} host @param {Event} event @param {string} token */
function messageOf(host, { severity, src_ip, rule, message }, token) {
  const data = { [intakeElement]: { intake: token }, [eventElement]: { src_ip, rule, severity: String(severity) } };
  const timestamp = new Date().toISOString();
  return formatMessage({
    severity: syslogSeverity(severity),
    timestamp,
    host,
    app: "edge_sensor",
    data,
    text: message,
  });
}

/** For receivers that only know syslog's own scale. @param {number} severity 0 to 10 */
function syslogSeverity(severity) {
  if (severity >= 9) return 2; // critical
  if (severity >= 7) return 3; // error
  return severity >= 4 ? 4 : 6; // warning, informational
}
