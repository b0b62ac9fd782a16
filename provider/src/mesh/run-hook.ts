// Runs one hook in a host: how long it has, what it is answered, that no secret is in what it prints, gives or throws, and why it failed.

import type { PromptKind } from "../base/ask-person";
import { askPerson } from "../base/ask-person";
import type { Json } from "../base/json";
import { type DiagnosticCode, MeshroomError } from "../diagnostic";
import { HookFailure, type HostJob } from "../hooks/hosts/host-job";
import type { HostPool } from "../hooks/hosts/host-pool";
import type { InvocationContext, SecretScope } from "../hooks/hosts/protocol";
import type { HookDescription } from "../model/hook";
import type { SecretMask } from "../secrets/mask";

/** Seconds that a hook has when it does not say. A catalogue may be large; a watch ends when it is told to, or with the longest timer there is. */
const DEFAULT_TIMEOUT = 300;
const TIMEOUTS: Partial<Record<HookDescription["kind"], number>> = {
  scaffold: 1800,
  pull: 1800,
  publish: 1800,
  watch: 2_000_000,
};

const codes: Readonly<Record<HookFailure["rule"], DiagnosticCode>> = {
  host: "HOOK_HOST",
  load: "HOOK_LOAD",
  missing: "HOOK_NOT_FOUND",
  failed: "HOOK_FAILED",
  timeout: "HOOK_TIMEOUT",
  exited: "HOOK_EXITED",
  result: "HOOK_RESULT",
};

/** Characters of an error that are shown and kept. */
const MOST_SAID = 8_000;

function cut(text: string): string {
  return text.length > MOST_SAID ? `${text.slice(0, MOST_SAID)} ... (cut)` : text;
}

/** A hook, what it is told, and who listens. Whoever listens gets text and values without secrets; `onSettings` and `onSetSecret` as they are. */
export interface HookRun extends Pick<HostJob, "signal" | "onLine" | "onItem" | "onSettings" | "onSetSecret"> {
  pool: Pick<HostPool, "run">;
  /** Absolute path of the tree that the hook's file is in. */
  root: string;
  hook: Pick<HookDescription, "kind" | "title" | "file" | "export" | "timeout">;
  /** What stands before each of its lines: where it works, and its title. */
  speaker: string;
  /** Whom it works for, in messages: `plug instances/...`. */
  of: string;
  context: InvocationContext;
  /** Holds what is secret before the hook runs; what it asks for, is told or stores is added. */
  mask: SecretMask;
  /** Answers what the hook asks for. @throws SecretMissing, which the hook may catch */
  secret?(scope: SecretScope, name: string): string;
  /** Where it is said how questions are answered (ask-person.ts); this process's own where absent. */
  environment?: NodeJS.ProcessEnv;
  /** Asks the person at this process's terminal, where stdin is read for other things. */
  ask?(kind: PromptKind, text: string): Promise<string>;
}

/** Why a hook did not come to a good end. All text in it is masked. */
export class HookError extends MeshroomError {
  constructor(
    { hook, of, mask }: Pick<HookRun, "hook" | "of" | "mask">,
    readonly failure: HookFailure,
  ) {
    super({
      code: codes[failure.rule],
      severity: "error",
      summary: cut(mask.hide(`${hook.kind} hook "${hook.title}" of ${of}: ${failure.message}`)),
      remedy: failure.remedy && mask.hide(failure.remedy),
      at: failure.at ?? { file: hook.file, line: 1, column: 1 },
    });
  }
}

/** What the hook returned, masked. @throws HookError (as a rejection) */
export async function runHook(run: HookRun): Promise<Json | undefined> {
  const { pool, root, hook, context, mask, secret, onItem, onSetSecret } = run;
  try {
    const answer = await pool.run({
      request: { type: "invoke", root, file: hook.file, export: hook.export, kind: hook.kind, context },
      title: run.speaker,
      timeout: hook.timeout ?? TIMEOUTS[hook.kind] ?? DEFAULT_TIMEOUT,
      signal: run.signal,
      hide: (line, isCut) => mask.hide(line, isCut),
      onLine: run.onLine,
      onSettings: run.onSettings,
      onItem: onItem && ((value) => onItem(mask.hideIn(value))),
      onSetSecret(name, value) {
        if (value !== null) mask.add(value);
        onSetSecret?.(name, value);
      },
      secret:
        secret &&
        (async (scope, name) => {
          const value = secret(scope, name);
          mask.add(value);
          return value;
        }),
      async prompt(kind, text) {
        const value = await askPerson(kind, text, run.environment, run.ask);
        if (kind === "secret") mask.add(value);
        return value;
      },
    });
    return "value" in answer ? mask.hideIn(answer.value) : undefined;
  } catch (error) {
    throw error instanceof HookFailure ? new HookError(run, error) : error;
  }
}
