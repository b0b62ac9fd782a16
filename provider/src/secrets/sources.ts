// Where secrets come from: the stack's encrypted config, the environment, ... each behind the same interface, asked in order.
import type { Diagnostic } from "../diagnostic";

/** Names one secret: of an instance, or of a plug (a secret setting of one of its integrations). */
export interface SecretId {
  /** `instance`: address parts such as [product, name]; `plug`: source, destination, topic, mode. */
  owner:
    | { kind: "instance"; product: string; name: string; address: string }
    | { kind: "plug"; name: string; source: string; destination: string; topic: string; mode: string };
  /** The setting; dotted for one inside an object. */
  name: string;
  /** Another secret of the project has the same name in `secrets.gpg` (see `storeNames`). */
  isShared?: true;
  /** Another secret of the project has the same {@link secretVariable}. */
  isVariableShared?: true;
}

export interface SecretSource {
  /** How the source is called in messages. */
  readonly title: string;
  /** The value, or undefined where this source does not have it. */
  get(id: SecretId): string | undefined;
  /** The command that puts the secret here, where there is one. */
  command?(id: SecretId): string | undefined;
  /** Why this source can't answer though it may have secrets; previews go on without it. */
  readonly problem?: Diagnostic;
}

/** As secrets are called in previews and messages: `siem.API_KEY`. */
export function secretName({ owner, name }: SecretId): string {
  return `${owner.kind === "instance" ? owner.address : owner.name}.${name}`;
}

/** `MESHROOM_SECRET_<INSTANCE>_<NAME>`, or `..._<SRC>_<DST>_<TOPIC>_<MODE>_<NAME>` of a plug: upper case, `_` for all but letters and digits. */
export function secretVariable({ owner, name }: SecretId): string {
  const parts =
    owner.kind === "instance" ? [owner.address] : [owner.source, owner.destination, owner.topic, owner.mode];
  return ["MESHROOM", "SECRET", ...parts, name].map((part) => part.toUpperCase().replace(/[^A-Z0-9]+/g, "_")).join("_");
}

export function environmentSource(environment: NodeJS.ProcessEnv): SecretSource {
  return {
    title: "environment",
    // A variable that several secrets share is nobody's: its value would be given to the hooks of all of them.
    get: (id) => (id.isVariableShared ? undefined : environment[secretVariable(id)]),
    command: (id) => (id.isVariableShared ? undefined : `export ${secretVariable(id)}=...`),
  };
}

/** Secrets given as an object: by the owner's address (or the plug's name), then by setting; nested ones as objects or dotted. */
export function objectSource(title: string, values: unknown, command?: (id: SecretId) => string): SecretSource {
  return {
    title,
    command,
    get({ owner, name }) {
      const own = member(values, owner.kind === "instance" ? owner.address : owner.name);
      const direct = member(own, name);
      const value = direct === undefined ? name.split(".").reduce<unknown>(member, own) : direct;
      if (value === undefined || value === null) return undefined;
      return typeof value === "string" ? value : JSON.stringify(value);
    },
  };
}

function member(object: unknown, key: string): unknown {
  if (typeof object !== "object" || object === null || !Object.hasOwn(object, key)) return undefined;
  return (object as Record<string, unknown>)[key];
}

/** The first source that has the secret answers. */
export function findSecret(sources: readonly SecretSource[], id: SecretId): string | undefined {
  for (const source of sources) {
    const value = source.get(id);
    if (value !== undefined) return value;
  }
  return undefined;
}
