// Values that only hold JSON and tell of every change: `plug.settings` inside a hook host.

/** Half of a character: no text is valid Unicode with it. */
const half = /\p{Surrogate}/u;

/** Says where in a value something stands that JSON can't hold. */
export function findNonJson(value: unknown, path: string, seen: unknown[] = []): string | undefined {
  if (value === null || typeof value === "boolean") return undefined;
  if (typeof value === "string") return half.test(value) ? `${path} ends or begins within a character` : undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (typeof value !== "object") return `${path} is ${value === undefined ? "undefined" : `a ${typeof value}`}`;
  if (seen.includes(value)) return `${path} contains itself`;
  const plain = Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
  if (!plain) return `${path} is a ${value.constructor?.name ?? "special object"}`;
  for (const [key, member] of Object.entries(value)) {
    if (half.test(key)) return `a name in ${path} ends or begins within a character`;
    const found = findNonJson(member, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, [...seen, value]);
    if (found) return found;
  }
  return undefined;
}

/**
 * `target` with `changed` called after every change, at any depth: what a hook stored survives whatever happens to it next.
 * A change that `changed` throws at is taken back.
 */
export function reporting<T extends object>(target: T, changed: () => void): T {
  /** One proxy for each object, so that identity holds; a proxy stands for itself. */
  const proxies = new WeakMap<object, object>();
  const handler: ProxyHandler<object> = {
    get(object, key, receiver) {
      const value = Reflect.get(object, key, receiver);
      return typeof value === "object" && value !== null ? wrap(value) : value;
    },
    // Assignments come by here too.
    defineProperty: (object, key, descriptor) =>
      keepOrRestore(object, key, () => Reflect.defineProperty(object, key, descriptor)),
    deleteProperty: (object, key) => keepOrRestore(object, key, () => Reflect.deleteProperty(object, key)),
  };
  function keepOrRestore(object: object, key: PropertyKey, change: () => boolean): boolean {
    const before = Reflect.getOwnPropertyDescriptor(object, key);
    const length = Array.isArray(object) ? object.length : undefined;
    const done = change();
    try {
      changed();
    } catch (error) {
      if (before) Reflect.defineProperty(object, key, before);
      else Reflect.deleteProperty(object, key);
      if (length !== undefined) Reflect.set(object, "length", length);
      throw error;
    }
    return done;
  }
  function wrap(object: object): object {
    const known = proxies.get(object);
    if (known) return known;
    const proxy = new Proxy(object, handler);
    proxies.set(object, proxy).set(proxy, proxy);
    return proxy;
  }
  return wrap(target) as T;
}
