// RFC 5424 messages and the octet-counting frames of RFC 6587 that carry them over TCP.
// @ts-check

/** The enterprise number that IANA reserves for examples (RFC 5612). */
const enterprise = 32473;
export const intakeElement = `meshroom@${enterprise}`;
export const eventElement = `event@${enterprise}`;

const facility = 13; // log audit
const longestMessage = 65_536;

/**
 * @typedef {object} Message
 * @property {number} severity as in RFC 5424: 0 emergency to 7 debug
 * @property {string} timestamp
 * @property {string} host
 * @property {string} app
 * @property {Record<string, Record<string, string>>} data structured data by element
 * @property {string} text
 */

/** @param {Message} message */
export function formatMessage({ severity, timestamp, host, app, data, text }) {
  const elements = Object.entries(data).map(([id, params]) => {
    const pairs = Object.entries(params).map(([name, value]) => ` ${name}="${value.replace(/["\\\]]/g, "\\$&")}"`);
    return `[${id}${pairs.join("")}]`;
  });
  return `<${facility * 8 + severity}>1 ${timestamp} ${host} ${app} - - ${elements.join("") || "-"} ${text}`;
}

const header = /^<(\d{1,3})>1 (\S+) (\S+) (\S+) \S+ \S+ (?=[-[])/;
const element = /\[([^\s\]="]+)((?: [^\s\]="]+="(?:[^"\\\]]|\\.)*")*)\]/y;
const param = / ([^\s\]="]+)="((?:[^"\\\]]|\\.)*)"/g;

/** Undefined: not an RFC 5424 message. @param {string} source @returns {Message | undefined} */
export function parseMessage(source) {
  const found = header.exec(source);
  const [start, priority, timestamp, host, app] = found ?? [];
  if (start === undefined || !timestamp || !host || !app || Number(priority) > 191) return undefined;
  const { data, end } = parseData(source, start.length);
  if (end === start.length || (end < source.length && source[end] !== " ")) return undefined;
  const text = source.slice(end + 1).replace(/^\uFEFF/, "");
  return { severity: Number(priority) % 8, timestamp, host, app, data, text };
}

/** @param {string} source @param {number} start */
function parseData(source, start) {
  /** @type {Message["data"]} */
  const data = {};
  if (source[start] === "-") return { data, end: start + 1 };
  let end = start;
  element.lastIndex = start;
  for (let found = element.exec(source); found; found = element.exec(source)) {
    const pairs = [...(found[2] ?? "").matchAll(param)];
    data[String(found[1])] = Object.fromEntries(
      pairs.map(([, name, value]) => [String(name), String(value).replace(/\\(["\\\]])/g, "$1")]),
    );
    end = element.lastIndex;
  }
  return { data, end };
}

/** @param {string} message */
export function frame(message) {
  const bytes = Buffer.from(message, "utf8");
  return Buffer.concat([Buffer.from(`${bytes.length} `, "ascii"), bytes]);
}

/** Takes messages out of a stream of frames, however the network cuts it. */
export class FrameDecoder {
  #rest = Buffer.alloc(0);

  /** Throws where the stream is not one of frames: then it can't be followed any further. @param {Buffer} chunk */
  *push(chunk) {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length > 0) {
      const space = this.#rest.subarray(0, 7).indexOf(" ");
      if (space < 0 && this.#rest.length < 7) return;
      const length = this.#rest.toString("latin1", 0, Math.max(space, 0));
      if (!/^[1-9]\d*$/.test(length) || Number(length) > longestMessage) throw new Error("not an RFC 6587 frame");
      const end = space + 1 + Number(length);
      if (this.#rest.length < end) return;
      yield this.#rest.toString("utf8", space + 1, end);
      this.#rest = this.#rest.subarray(end);
    }
  }
}
