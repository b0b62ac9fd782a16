// What a hook host is asked to do, who listens while it does, what it is held to and how it can fail.

import type { PromptKind } from "../../base/ask-person";
import type { Json } from "../../base/json";
import { type Location, MeshroomError } from "../../diagnostic";
import type { HookDescription } from "../../model/hook";
import type { Level, Request, SecretScope } from "./protocol";

export type { Level } from "./protocol";

type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

/** What a host is asked to do, and who listens while it does. */
export interface HostJob {
  request: WithoutId<Extract<Request, { type: "describe" | "invoke" }>>;
  /** What stands before each of its lines: the hook as people know it. */
  title: string;
  /** Seconds until the hook is cancelled; it is killed `graceSeconds` later. */
  timeout: number;
  /** Asks the hook to end, which may be its natural end: a watch. It is killed when it does not. */
  signal?: AbortSignal;
  /** Masks secrets in a line, before it is cut to {@link LINE_LIMIT}. */
  hide?(line: string, isCut?: boolean): string;
  /** Lines as they can be shown, each behind the hook's title. */
  onLine?(level: Level, line: string): void;
  onSettings?(settings: Record<string, Json>): void;
  /** What a watch hook yields; it goes on when this is done. */
  onItem?(value: Json): void | Promise<void>;
  onSetSecret?(name: string, value: string | null): void;
  /** Answers `instance.secret()` and its like; a rejection is thrown inside the hook. */
  secret?(scope: SecretScope, name: string): Promise<string>;
  /** Asks a person, on whose time the hook's limit does not run; a rejection is thrown inside the hook. */
  prompt?(kind: PromptKind, text: string): Promise<string>;
}

/** No source has the secret: what a hook may take for an answer. */
export class SecretMissing extends Error {}

export function isSecretMissing(error: unknown): boolean {
  if (error instanceof MeshroomError) return error.diagnostics.some(({ code }) => code === "SECRET_MISSING");
  return error instanceof SecretMissing;
}

export type HostAnswer = { hooks: HookDescription[] } | { value: Json | undefined };

/** Why a hook did not come to a good end. `message` may hold secrets until it is masked. */
export class HookFailure extends Error {
  constructor(
    /** `host`: there is no host that could run it. */
    readonly rule: "host" | "load" | "missing" | "failed" | "timeout" | "exited" | "result",
    message: string,
    readonly at?: Location,
    readonly remedy?: string,
  ) {
    super(message);
    this.name = "HookFailure";
  }
}

/** What a host is held to. */
export interface HostLimits {
  /** Time that a cancelled hook has to end by itself. */
  graceSeconds: number;
  /** Heap, MiB: a hook that eats more ends its own host instead of the machine. */
  heapMiB: number;
}
export const defaultLimits: HostLimits = { graceSeconds: 2, heapMiB: 1024 };

/** Longest line that is passed on, in characters, and lines per job: the rest is not shown. */
export const LINE_LIMIT = 4_000;
export const LINES_LIMIT = 200;
