// The five routes that the tenants offer for whatever has a name: create, list, get, update, delete.
// @ts-check
import { randomUUID } from "node:crypto";
import { HttpError, Reply, text } from "./http.mjs";

/** @typedef {Record<string, unknown>} Body */
/** @typedef {{ id: string, name: string }} Named */

/**
 * @template {object} T
 * @param {string} path for example `/outputs`
 * @param {object} options
 * @param {(body: Body, previous: (T & Named) | undefined) => T} options.read checks a body; `previous` on update
 * @param {(item: T & Named) => unknown} options.view what callers see: no secrets
 * @param {(item: T & Named) => unknown} [options.created] what the caller sees once, on creation
 * @param {(item: T & Named) => void} [options.changed] after create and update
 * @param {(item: T & Named) => void} [options.removed]
 */
export function namedResource(path, { read, view, created = view, changed, removed }) {
  /** @type {Map<string, T & Named>} */
  const items = new Map();
  const noun = path.slice(path.lastIndexOf("/") + 1, -1);

  /** @param {string | undefined} id */
  function get(id) {
    const item = items.get(id ?? "");
    if (item) return item;
    throw new HttpError(404, `no such ${noun}`);
  }

  /** @type {import("./http.mjs").Routes} */
  const routes = {
    [`POST ${path}`]: ({ body }) => {
      const name = text(body, "name");
      if ([...items.values()].some((item) => item.name === name)) {
        throw new HttpError(409, `there is a ${noun} of that name already`);
      }
      const item = { ...read(body, undefined), id: randomUUID(), name };
      items.set(item.id, item);
      changed?.(item);
      return new Reply(201, created(item));
    },
    [`GET ${path}`]: ({ query }) => {
      const name = query.get("name");
      return [...items.values()].filter((item) => name === null || item.name === name).map(view);
    },
    [`GET ${path}/:id`]: ({ params }) => view(get(params.id)),
    [`PUT ${path}/:id`]: ({ params, body }) => {
      const item = get(params.id);
      Object.assign(item, read(body, item));
      changed?.(item);
      return view(item);
    },
    [`DELETE ${path}/:id`]: ({ params }) => {
      const item = get(params.id);
      items.delete(item.id);
      removed?.(item);
    },
  };
  return { items, get, routes };
}
