// What hook files import as `pulumi-meshroom/hooks`: one typed function per kind of hook, and what a hook is given.
/**
 * What hook files import: a function for each kind of hook, and the types of what a hook is given.
 *
 * ```ts
 * import { setup } from "pulumi-meshroom/hooks";
 *
 * export const openIntake = setup({ role: "consumer", topic: "events" }, async ({ instance, plug }) => { ... });
 * ```
 * @module pulumi-meshroom/hooks
 */
import type { Json } from "../../base/json";
import type { HookKind, HookOrder, HookScope } from "../../model/hook";
import type { Mode, Role } from "../../model/types";

export type { HookKind, HookOrder, HookScope, Json, Mode, Role };

/** A tenant as a hook sees it. */
export interface HookInstance {
  /** The name of its folder. */
  readonly name: string;
  /** The name of its product. */
  readonly product: string;
  /** Typed by the product's settings; defaults and the stack's overrides are filled in. Secret ones are not here. */
  // biome-ignore lint/suspicious/noExplicitAny: hook authors know the settings that their product declares
  readonly settings: Readonly<Record<string, any>>;
  /**
   * A secret setting of this instance, by its name; text as it is, anything else as JSON. Masked from then on in all that the hook prints or throws.
   * @throws Error where no source has it, with the commands that set it
   */
  secret(name: string): Promise<string>;
}

/** The plug that a hook works for. */
export interface HookPlug {
  /** Unique in the project, fit for naming things at a vendor's: `events: edge -> siem`. */
  readonly name: string;
  /** What it carries: `events`, or the action that it triggers, such as `block_ip`. */
  readonly topic: string;
  /** Who moves the data: in `push` the source sends, in `pull` the destination fetches. */
  readonly mode: Mode;
  /** In which form, where either side says so: `json`, `cef`, ... */
  readonly format: string | undefined;
  /** All that the two ends agree on: `mode`, `format`, `protocol`, and the project's own constraints. */
  readonly constraints: Readonly<Record<string, string>>;
  /** Address of the end that sends, or that triggers: the instance's name, or `product/name` where that is not unique. */
  readonly source: string;
  /** Address of the end that receives, or that executes. */
  readonly destination: string;
  /** Settings of the source's integration, from the plug's manifest; secret ones are not here. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly src_config: Readonly<Record<string, any>>;
  /** The same of the destination's integration. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly dst_config: Readonly<Record<string, any>>;
  /** The plug's own settings, then what setup hooks have put here: kept in the plug's state, given back to every later hook. JSON only. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  settings: Record<string, any>;
  /**
   * A secret that a setup hook of either end has stored with `setSecret`, or a secret setting of the plug's integrations.
   * @throws Error where there is none of that name
   */
  secret(name: string): Promise<string>;
  /** Kept encrypted in the plug's state, seen by the hooks of both ends, masked in output from now on. */
  setSecret(name: string, value: string): Promise<void>;
  /** Forgets what `setSecret` has kept; content with what is not there. */
  deleteSecret(name: string): Promise<void>;
}

/** The integration that the hook's end takes part in: its manifest, unknown keys included. */
export interface HookIntegration {
  /** The product that has it. */
  readonly product: string;
  /** The product that it is connected to. */
  readonly target: string;
  /** The topic that it is for. */
  readonly topic: string;
  /** What the product does in it. */
  readonly role: Role;
  /** Where the vendor describes it. */
  readonly documentation_url?: string;
  /** Every other key of the manifest, as it stands there. */
  readonly [key: string]: unknown;
}

/** Lines on the plug's own line of Pulumi's display; secrets are masked. */
export interface HookLog {
  /** Shown with `--debug` alone. */
  debug(message: string): void;
  /** Shown, as what the hook prints. */
  info(message: string): void;
  /** Shown as a warning: the hook goes on. */
  warn(message: string): void;
}

/** What setup, teardown and status hooks are given. */
export interface PlugContext {
  /** The end that this hook belongs to. */
  readonly instance: HookInstance;
  /** The other end. */
  readonly peer: HookInstance;
  /** What this end does in the plug. */
  readonly role: Role;
  /** The plug that is set up, torn down or asked about. */
  readonly plug: HookPlug;
  /** Undefined for a product without an integration for the peer's product. */
  readonly integration: HookIntegration | undefined;
  /** Lines on the plug's own line. */
  readonly log: HookLog;
  /** Aborted when the run is cancelled or the hook's time is up; 2 s later its process is ended. */
  readonly signal: AbortSignal;
}

/** What a hook on one instance is given; `plug` where the command names one. */
export interface InstanceContext {
  /** The tenant that the hook works on. */
  readonly instance: HookInstance;
  /** The plug that the command names by its two ends. */
  readonly plug: HookPlug | undefined;
  /** Lines beside the command's own output. */
  readonly log: HookLog;
  /** Aborted when the command is interrupted or the hook's time is up; 2 s later its process is ended. */
  readonly signal: AbortSignal;
}

/** What a produce hook is given. */
export interface ProduceContext extends InstanceContext {
  /** The line, without its end. */
  readonly data: string;
}

/** What trigger and execute hooks are given. */
export interface ActionContext extends InstanceContext {
  /** The action's parameters, by name; texts where they are `-p KEY=VALUE` of a command. */
  readonly params: Record<string, Json>;
}

/** What hooks that work on the tree itself are given. */
export interface ProjectContext {
  /** The product whose hook this is. */
  readonly product: string;
  /** The integration that is made or handed over, where there is one. */
  readonly integration: HookIntegration | undefined;
  /** Absolute path of the project. */
  readonly root: string;
  /** Lines beside the command's own output. */
  readonly log: HookLog;
  /** Aborted when the command is interrupted or the hook's time is up; 2 s later its process is ended. */
  readonly signal: AbortSignal;
}

/** When a hook serves, and how it is run. */
export interface HookOptions extends HookScope {
  /** What people read of this step; else the first line of the doc comment, else the export's name in words. */
  title?: string;
  /** When it runs among the setup hooks of its end; in the order of the file where absent. Teardown goes backwards. */
  order?: HookOrder;
  /** Runs too where an integration has hooks of this kind, which otherwise replace those of the product; false where absent. */
  keepWhenOverloaded?: boolean;
  /** Never at the same time as another exclusive hook of a plug on the same instance; false where absent. */
  exclusive?: boolean;
  /**
   * Seconds after which the hook is ended and what it was run for fails. Where absent: 300; 1,800 for `pull`, `publish` and `scaffold`; none for
   * `watch`.
   */
  timeout?: number;
}

/** The options of a setup hook. */
export interface SetupOptions extends HookOptions {
  /** This hook sets up both ends of the plug. */
  ownsBoth?: boolean;
}

/** `true`: the tenant still has it. `false`: it is gone. A text: it is there but not as it should be, and why. */
export type Status = boolean | string;

/** What the functions below make, to be exported by a hook file. */
export interface Hook<Context = never, Result = unknown> {
  /** What {@link isHook} looks for. */
  readonly [hookMark]: true;
  /** Which function has made it. */
  readonly kind: HookKind;
  /** As they were given; none: `{}`. */
  readonly options: SetupOptions;
  /** Counts the hooks of a process in the order in which they were made: their order in a file. */
  readonly sequence: number;
  /** The hook itself: a test may call it. */
  readonly run: (context: Context) => Result;
}

/** Marks a hook, whichever copy of this package has made it. */
export const hookMark: unique symbol = Symbol.for("pulumi-meshroom.hook") as never;

let sequence = 0;

/** Makes the function for one kind; called with or without options. */
function kind<Context, Result, Options extends HookOptions = HookOptions>(name: HookKind) {
  /** @inline */
  type Run = (context: Context) => Result;
  function define(run: Run): Hook<Context, Result>;
  function define(options: Options, run: Run): Hook<Context, Result>;
  function define(first: Options | Run, second?: Run): Hook<Context, Result> {
    const [options, run] = typeof first === "function" ? [{}, first] : [first, second as Run];
    return { [hookMark]: true, kind: name, options, sequence: sequence++, run };
  }
  return define;
}

/** @inline */
type Eventually<T> = T | Promise<T>;
/**
 * What a command prints; a hook may as well return nothing.
 * @inline
 */
// biome-ignore lint/suspicious/noConfusingVoidType: an async function without a return has the type Promise<void>
type Answer = Json | void;

/** Sets up this end of a plug. Idempotent: called again after a failure or when settings, secrets or the hook's code changed. */
export const setup = kind<PlugContext, Eventually<void>, SetupOptions>("setup");
/** Undoes what the setup hooks of this end did. Idempotent, and content with what is gone already. */
export const teardown = kind<PlugContext, Eventually<void>>("teardown");
/** Asks the tenant whether this end of the plug is still set up: drift. Changes nothing. */
export const status = kind<PlugContext, Eventually<Status>>("status");
/** Sends one line of data as the product would. */
export const produce = kind<ProduceContext, Eventually<Answer>>("produce");
/** Yields what arrives at the product, and goes on when what it has yielded is taken. */
export const watch = kind<InstanceContext, AsyncIterable<Json>>("watch");
/** Has the peer run the action. */
export const trigger = kind<ActionContext, Eventually<Answer>>("trigger");
/** Runs the action on the instance. */
export const execute = kind<ActionContext, Eventually<Answer>>("execute");

/** Writes the first files of a new integration; given what its manifest says, with `integration.path` as its folder. */
export const scaffold = kind<ProjectContext, Eventually<void>>("scaffold");
/** Brings products, integrations and capabilities from the vendor's catalogue into the tree. */
export const pull = kind<ProjectContext, Eventually<void>>("pull");
/** Hands an integration, or all of a product, to the vendor. */
export const publish = kind<ProjectContext, Eventually<void>>("publish");

/** Whether an export of a hook file is a hook, whichever copy of this package has made it. */
export function isHook(value: unknown): value is Hook {
  return typeof value === "object" && value !== null && hookMark in value;
}
