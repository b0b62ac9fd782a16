// What hook files import as `pulumi-meshroom/hooks`: one typed function per kind of hook, and what a hook is given.
import type { Json } from "../../base/json";
import type { HookKind, HookOrder, HookScope } from "../../model/hook";
import type { Mode, Role } from "../../model/types";

export type { HookKind, HookOrder, HookScope, Json, Mode, Role };

/** A tenant as a hook sees it. */
export interface HookInstance {
  readonly name: string;
  readonly product: string;
  /** Typed by the product's settings; defaults and the stack's overrides are filled in. Secret ones are not here. */
  // biome-ignore lint/suspicious/noExplicitAny: hook authors know the settings that their product declares
  readonly settings: Readonly<Record<string, any>>;
  /** A secret setting of this instance. Throws SECRET_MISSING where no source has it. Masked in all that the hook prints or throws. */
  secret(name: string): Promise<string>;
}

/** The plug that a hook works for. */
export interface HookPlug {
  /** Unique in the project, fit for naming things at a vendor's: `events: edge -> siem`. */
  readonly name: string;
  readonly topic: string;
  readonly mode: Mode;
  readonly format: string | undefined;
  readonly constraints: Readonly<Record<string, string>>;
  /** Addresses of the two ends. */
  readonly source: string;
  readonly destination: string;
  /** Settings of the source's and of the destination's integration, from the plug's manifest. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly src_config: Readonly<Record<string, any>>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly dst_config: Readonly<Record<string, any>>;
  /** The plug's own settings, then what setup hooks have put here: kept in the plug's state, given back to every later hook. JSON only. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  settings: Record<string, any>;
  /** A secret that a setup hook of either end has stored with `setSecret`. Throws SECRET_MISSING. */
  secret(name: string): Promise<string>;
  /** Kept encrypted in the plug's state, seen by the hooks of both ends, masked in output from now on. */
  setSecret(name: string, value: string): Promise<void>;
  deleteSecret(name: string): Promise<void>;
}

/** The integration that the hook's end takes part in: its manifest, unknown keys included. */
export interface HookIntegration {
  readonly product: string;
  readonly target: string;
  readonly topic: string;
  readonly role: Role;
  readonly documentation_url?: string;
  readonly [key: string]: unknown;
}

/** Lines on the plug's own line of Pulumi's display; secrets are masked. */
export interface HookLog {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
}

/** What setup, teardown and status hooks are given. */
export interface PlugContext {
  /** The end that this hook belongs to. */
  readonly instance: HookInstance;
  /** The other end. */
  readonly peer: HookInstance;
  readonly role: Role;
  readonly plug: HookPlug;
  /** Undefined for a product without an integration for the peer's product. */
  readonly integration: HookIntegration | undefined;
  readonly log: HookLog;
  /** Aborted when the run is cancelled or the hook's time is up. */
  readonly signal: AbortSignal;
}

/** What a hook on one instance is given; `plug` where the command names one. */
export interface InstanceContext {
  readonly instance: HookInstance;
  readonly plug: HookPlug | undefined;
  readonly log: HookLog;
  readonly signal: AbortSignal;
}

/** What hooks that work on the tree itself are given. */
export interface ProjectContext {
  readonly product: string;
  /** The integration that is made or handed over, where there is one. */
  readonly integration: HookIntegration | undefined;
  /** Absolute path of the project. */
  readonly root: string;
  readonly log: HookLog;
  readonly signal: AbortSignal;
}

export interface HookOptions extends HookScope {
  title?: string;
  order?: HookOrder;
  keepWhenOverloaded?: boolean;
  exclusive?: boolean;
  /** Seconds after which the hook is ended and its plug fails; 300 where absent. */
  timeout?: number;
}

export interface SetupOptions extends HookOptions {
  /** This hook sets up both ends of the plug. */
  ownsBoth?: boolean;
}

/** `true`: the tenant still has it. `false`: it is gone. A text: it is there but not as it should be, and why. */
export type Status = boolean | string;

/** An exported hook. `sequence` is its place in the file. */
export interface Hook<Context = never, Result = unknown> {
  readonly [hookMark]: true;
  readonly kind: HookKind;
  readonly options: SetupOptions;
  readonly sequence: number;
  readonly run: (context: Context) => Result;
}

export const hookMark: unique symbol = Symbol.for("pulumi-meshroom.hook") as never;

let sequence = 0;

/** Makes the function for one kind; called with or without options. */
function kind<Context, Result, Options extends HookOptions = HookOptions>(name: HookKind) {
  type Run = (context: Context) => Result;
  function define(run: Run): Hook<Context, Result>;
  function define(options: Options, run: Run): Hook<Context, Result>;
  function define(first: Options | Run, second?: Run): Hook<Context, Result> {
    const [options, run] = typeof first === "function" ? [{}, first] : [first, second as Run];
    return { [hookMark]: true, kind: name, options, sequence: sequence++, run };
  }
  return define;
}

type Eventually<T> = T | Promise<T>;
/** What a command prints; a hook may as well return nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: an async function without a return has the type Promise<void>
type Answer = Json | void;

/** Sets up this end of a plug. Idempotent: called again after a failure or when settings, secrets or the hook's code changed. */
export const setup = kind<PlugContext, Eventually<void>, SetupOptions>("setup");
/** Undoes what the setup hooks of this end did. Idempotent, and content with what is gone already. */
export const teardown = kind<PlugContext, Eventually<void>>("teardown");
/** Asks the tenant whether this end of the plug is still set up: drift. Changes nothing. */
export const status = kind<PlugContext, Eventually<Status>>("status");
/** Sends one line of data as the product would. */
export const produce = kind<InstanceContext & { readonly data: string }, Eventually<Answer>>("produce");
/** Yields what arrives at the product, and goes on when what it has yielded is taken. */
export const watch = kind<InstanceContext, AsyncIterable<Json>>("watch");
/** Has the peer run the action. */
export const trigger = kind<InstanceContext & { readonly params: Record<string, Json> }, Eventually<Answer>>("trigger");
/** Runs the action on the instance. */
export const execute = kind<InstanceContext & { readonly params: Record<string, Json> }, Eventually<Answer>>("execute");

/** Writes the first files of a new integration; given what its manifest says, with `integration.path` as its folder. */
export const scaffold = kind<ProjectContext, Eventually<void>>("scaffold");
/** Brings products, integrations and capabilities from the vendor's catalogue into the tree. */
export const pull = kind<ProjectContext, Eventually<void>>("pull");
/** Hands an integration, or all of a product, to the vendor. */
export const publish = kind<ProjectContext, Eventually<void>>("publish");

export function isHook(value: unknown): value is Hook {
  return typeof value === "object" && value !== null && hookMark in value;
}
