// What secrets are called in secrets.gpg: as the Python tool calls them, and a name of their own where two would share one.
import type { Diagnostic } from "../diagnostic";
import { type SecretId, secretName } from "./sources";

/** Where a secret of the project is written. */
export interface StoreName {
  id: SecretId;
  /** The first secret in order has the plain name, every other that would share it its own name. */
  name: string;
}

export interface StoreNames {
  names: ReadonlyMap<string, StoreName>;
  problems: readonly Diagnostic[];
}

/** The names of all secrets of a project, by {@link ownName}. Pure: the same ids give the same names in whatever order they come. */
export function storeNames(ids: Iterable<SecretId>): StoreNames {
  const names = new Map<string, StoreName>();
  const problems: Diagnostic[] = [];
  for (const [plain, ordered] of byPlainName(ids)) {
    const isShared = ordered.length > 1;
    for (const [index, id] of ordered.entries()) {
      names.set(ownName(id), { id: isShared ? { ...id, isShared } : id, name: index === 0 ? plain : ownName(id) });
    }
    if (isShared) problems.push(sharedName(plain, ordered));
  }
  return { names, problems };
}

function byPlainName(ids: Iterable<SecretId>): Map<string, SecretId[]> {
  const unique = new Map([...ids].map((id) => [ownName(id), id]));
  const sharers = new Map<string, SecretId[]>();
  for (const [, id] of [...unique].sort(([a], [b]) => (a < b ? -1 : 1))) {
    sharers.set(plainName(id), [...(sharers.get(plainName(id)) ?? []), id]);
  }
  return sharers;
}

/** `{product}_{instance}_{setting}` or `{source}_{destination}_{topic}_{mode}_{key}`, which can't be taken apart again. */
export function plainName({ owner, name }: SecretId): string {
  if (owner.kind === "instance") return [owner.product, owner.name, name].join("_");
  return [bareName(owner.source), bareName(owner.destination), owner.topic, owner.mode, name].join("_");
}

/** Unlike any other secret's: the parts apart, none of which holds the separator. */
export function ownName({ owner, name }: SecretId): string {
  const parts =
    owner.kind === "instance"
      ? [owner.product, owner.name]
      : [owner.source, owner.destination, owner.topic, owner.mode];
  return `${owner.kind}:${[...parts, name].map(encodeURIComponent).join("/")}`;
}

/** The Python tool knows no addresses of the form `product/instance`. */
function bareName(address: string): string {
  return address.slice(address.lastIndexOf("/") + 1);
}

function sharedName(plain: string, ids: readonly SecretId[]): Diagnostic {
  const called = ids.map((id) => `${secretName(id)} (\`${ownName(id)}\`)`);
  return {
    code: "SECRET_NAME_SHARED",
    severity: "warning",
    summary: `the secrets ${called.join(" and ")} would share the name \`${plain}\` in secrets.gpg; all but the first are kept under their own name, and a value of unknown owner is used for none of them`,
    remedy: "set each of them again, or rename one of the instances",
  };
}
