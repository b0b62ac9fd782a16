// What a hook host and its parent say to each other: one JSON object per line, requests on fd 3, replies on fd 4 (docs/hook-protocol.md).

import type { PromptKind } from "../../base/ask-person";
import type { Json } from "../../base/json";
import type { HookDescription, HookKind } from "../../model/hook";
import type { Role } from "../../model/types";
import type { HookIntegration } from "../imported/api";
import type { ManifestEdit } from "./save-manifest";

/** Raised when a message changes its meaning; a host that speaks another version is refused. */
export const PROTOCOL_VERSION = 1;

/** Ends a hook's output on stdout and stderr, on a line of its own: this character, then the request's id. */
export const OUTPUT_END = "\u001e";

/** Between the parts of a line that is said among what is printed, so that both keep their order: {@link OUTPUT_END}, id, level, text. */
const SAID = "\u001f";

export type Level = "debug" | "info" | "warning";

const saidLine = new RegExp(`^${OUTPUT_END}(\\d+)${SAID}(debug|info|warning)${SAID}(.*)$`, "s");

/** Lines of one text that are handed over; so many are never shown. */
const MOST_LINES = 1_000;

/** The lines of `text` as a host writes them to stdout. */
export function sayLines(id: number, level: Level, text: string): string {
  const start = `${OUTPUT_END}${id}${SAID}${level}${SAID}`;
  return `\n${text
    .split("\n", MOST_LINES)
    .map((line) => `${start}${line}\n`)
    .join("")}`;
}

/** Undefined for a line that was printed. */
export function readSaid(line: string): { id: number; level: Level; text: string } | undefined {
  const match = line.startsWith(OUTPUT_END) && saidLine.exec(line);
  return match ? { id: Number(match[1]), level: match[2] as Level, text: match[3] ?? "" } : undefined;
}

export interface InstanceData {
  name: string;
  product: string;
  settings: Record<string, Json>;
}

/** What a hook is given, as data; functions (`secret`, `log`) are made of messages by the host. */
export interface InvocationContext {
  /** Absent for hooks that work on the tree (scaffold, pull, publish). */
  instance?: InstanceData;
  product?: string;
  peer?: InstanceData;
  role?: Role;
  plug?: {
    name: string;
    topic: string;
    mode: string;
    format?: string;
    constraints: Record<string, string>;
    source: string;
    destination: string;
    src_config: Record<string, Json>;
    dst_config: Record<string, Json>;
    settings: Record<string, Json>;
  };
  integration?: HookIntegration;
  /** Where there is no plug to tell it. */
  topic?: string;
  data?: string;
  params?: Record<string, Json>;
}

/** Whose secret a hook asks for. */
export type SecretScope = "instance" | "peer" | "plug";

export type Request =
  | { type: "describe"; id: number; root: string; file: string }
  | {
      type: "invoke";
      id: number;
      root: string;
      file: string;
      export: string;
      kind: HookKind;
      context: InvocationContext;
    }
  /** Answers `secret`, `set-secret`, `prompt`, `save` and `item`; without value and error: it is done. `missing`: no source has the secret. */
  | { type: "secret"; id: number; ask: number; value?: string; error?: string; missing?: true }
  | { type: "cancel"; id: number; reason: string };

/** An error as a host reports it; `at` is the innermost place in the project's own files. */
export interface HookError {
  message: string;
  at?: { file: string; line: number; column: number };
  /** What to do, where the host knows: the command that installs a missing module. */
  remedy?: string;
}

/** `stray`: nobody awaited the error, so the hook may be at work still. `exit` carries the id of the hook that ended the process. */
export type Reply =
  | { type: "ready"; protocol: number; language: string }
  | { type: "described"; id: number; hooks: HookDescription[] }
  | { type: "log"; id: number; level: Level; text: string }
  | { type: "secret"; id: number; ask: number; scope: SecretScope; name: string }
  | { type: "set-secret"; id: number; ask: number; name: string; value: string | null }
  | { type: "prompt"; id: number; ask: number; prompt: PromptKind; text: string }
  | { type: "save"; id: number; ask: number; file: string; edits: ManifestEdit[] }
  | { type: "settings"; id: number; settings: Record<string, Json> }
  | { type: "item"; id: number; ask: number; value: Json }
  | { type: "result"; id: number; value?: Json }
  | { type: "error"; id: number; error: HookError; rule?: "load" | "missing" | "result" | "exited"; stray?: boolean }
  | { type: "late-error"; id: number; error: HookError }
  | { type: "exit"; id: number; code: number };

/** Splits a stream of text into lines and calls `each` with every whole one. Of a longer line, only `limit` characters are kept. */
export function lineReader(each: (line: string) => void, limit = Number.POSITIVE_INFINITY) {
  let rest = "";
  const keep = (text: string) => {
    if (rest.length < limit) rest += text.slice(0, limit - rest.length);
  };
  const end = () => {
    const line = rest;
    rest = "";
    each(line);
  };
  return {
    push(chunk: string): void {
      const [first = "", ...more] = chunk.split("\n");
      keep(first);
      for (const text of more) {
        end();
        keep(text);
      }
    },
    end(): void {
      if (rest) end();
    },
  };
}
