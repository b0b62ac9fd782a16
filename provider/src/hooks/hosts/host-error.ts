// An error as a hook host reports it: what went wrong, its causes, and where in the project's own files.
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { sep } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import type { HookError } from "./protocol";

/** The code that a file was compiled to, with its source map inline. */
export type Compile = (path: string, source: string) => string;

/** How jiti begins the message about a file that does not parse. */
const PARSE_ERROR = "ParseError: ";

/** The message with those of its causes, and the innermost place in the project's own files. */
export function hookError(error: unknown, root: string, compile: Compile): HookError {
  const folder = folderOf(root);
  const messages: string[] = [];
  for (let link = error, depth = 0; link !== undefined && link !== null && depth < 5; depth++) {
    const words = messageOf(link).replaceAll(folder, "");
    if (words && !messages.some((known) => known.includes(words))) messages.push(words);
    link = link instanceof Error ? link.cause : undefined;
  }
  return { message: messages.join(": ") || "no message", at: placeInProject(error, folder, compile) };
}

function folderOf(root: string): string {
  return root.endsWith(sep) ? root : root + sep;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === "object" ? inspect(error) : String(error);
  const message = String(error.message || (error instanceof AggregateError ? "" : error.name));
  const causes = error instanceof AggregateError && !error.message ? error.errors.map(messageOf) : [];
  // The place, which follows on a line of its own, is reported as one.
  const words = message.startsWith(PARSE_ERROR) ? message.split("\n").slice(0, 1) : [message];
  return [...words, ...causes].join(" ").trim();
}

/** Node's errors of `fetch`, the commonest ones in hooks, do not say who called it. */
export function traceFetch(): void {
  const { fetch } = globalThis;
  globalThis.fetch = async (...request) => {
    const here = new Error();
    try {
      return await fetch(...request);
    } catch (error) {
      if (error instanceof TypeError) error.stack += here.stack?.slice("Error".length) ?? "";
      throw error;
    }
  };
}

function placeInProject(error: unknown, folder: string, compile: Compile): HookError["at"] {
  if (!(error instanceof Error)) return undefined;
  const text = `${error.message}\n${error.stack ?? ""}`.replaceAll(pathToFileURL(folder).href, folder);
  const isSyntax = error.message.startsWith(PARSE_ERROR);
  // Split at the folder, since a path may hold spaces, parentheses and colons.
  for (const rest of text.split(folder).slice(1)) {
    const match = /^([^\n]*?\.\w+):(\d+):(\d+)/.exec(rest);
    const [file, line, column] = [match?.[1], Number(match?.[2]), Number(match?.[3])];
    if (file === undefined || file.includes("node_modules")) continue;
    // The parser counts columns from 0.
    const place = isSyntax ? { line, column: column + 1 } : placeInSource(folder + file, { line, column }, compile);
    return { file: file.split(sep).join("/"), ...place };
  }
  return undefined;
}

type Place = { line: number; column: number };

/** Compiled code keeps its lines, not its columns. */
function placeInSource(path: string, place: Place, compile: Compile): Place {
  try {
    const compiled = compile(path, readFileSync(path, "utf8"));
    // The last one: what comes after it is the cache's own comment.
    const map = [...compiled.matchAll(/sourceMappingURL=data:application\/json;[^,\s]*base64,([\w+/=]+)/g)].at(-1)?.[1];
    const payload = JSON.parse(Buffer.from(map ?? "", "base64").toString());
    const origin = new SourceMap(payload).findOrigin(place.line, place.column);
    return "lineNumber" in origin ? { line: origin.lineNumber, column: origin.columnNumber } : place;
  } catch {
    return place;
  }
}
