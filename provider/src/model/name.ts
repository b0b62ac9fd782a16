// Which names may become paths and identifiers.
import { Buffer } from "node:buffer";
import type { Diagnostic, Location } from "../diagnostic";

const maxBytes = 255;
// Bidirectional and line-separator characters make a name look like another one; U+FFFD stands for bytes that are no UTF-8.
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffd]/u;

/** What is wrong with `name` as a folder, a file or an identifier; undefined when nothing is. */
export function nameFault(name: string): string | undefined {
  if (name === "") return "is empty";
  if (/[/\\]/.test(name)) return "holds a path separator";
  if (unprintable.test(name)) return "holds a control or invisible character";
  if (name !== name.trim()) return "begins or ends with white space";
  if (name.startsWith(".")) return "begins with `.`, which hides it";
  if (name.includes("..")) return "holds `..`";
  if (Buffer.byteLength(name) > maxBytes) return `is longer than ${maxBytes} bytes`;
  return undefined;
}

/** The problem with a name, if it has one; `what` says what it names: `product`, `topic`, ... */
export function checkName(what: string, name: string, at?: Location): Diagnostic | undefined {
  const fault = nameFault(name);
  if (!fault) return undefined;
  return {
    code: "NAME_INVALID",
    severity: "error",
    summary: `the ${what} name ${JSON.stringify(shorten(name))} ${fault}`,
    remedy: "choose a name of letters, digits, `-`, `_`, `.` or inner spaces",
    at,
  };
}

function shorten(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}...` : name;
}
