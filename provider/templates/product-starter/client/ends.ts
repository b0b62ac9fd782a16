// The two ends of any plug. The end that waits opens an entrance and leaves its address and key in the plug, the active
// end connects to it. In `push` the consumer or executor waits, in `pull` the producer or trigger does. Products made
// from templates can be plugged to each other, since they all leave `endpoint` and the secret `token`.
import type { HookInstance, PlugContext, Status } from "pulumi-meshroom/hooks";
import { Api, type Entry } from "./api";

interface Entrance extends Entry {
  url: string;
  key: string;
}

interface Connection extends Entry {
  url: string;
}

/** The hooks of an end that waits. `collection` is the API's path for what lets the other end in. */
export function entrance(collection: string) {
  return {
    async open({ instance, plug, log, signal }: PlugContext): Promise<void> {
      const api = await Api.of(instance, signal);
      const made = await api.ensure<Entrance>(collection, plug.name, wanted(instance, plug));
      Object.assign(plug.settings, { entrance_id: made.id, endpoint: made.url });
      await plug.setSecret("token", made.key);
      log.info(`${instance.name} waits at ${made.url}`);
    },

    async close({ instance, plug, signal }: PlugContext): Promise<void> {
      await (await Api.of(instance, signal)).remove(collection, plug.settings.entrance_id, plug.name);
    },

    async check({ instance, plug, signal }: PlugContext): Promise<Status> {
      const { entrance_id, endpoint } = plug.settings;
      const found = entrance_id && (await (await Api.of(instance, signal)).find<Entrance>(collection, entrance_id));
      return found ? isAt(found, endpoint) : false;
    },
  };
}

/** The hooks of an active end. `collection` is the API's path for what it sends to, polls or calls. */
export function connection(collection: string) {
  return {
    async open({ instance, plug, log, signal }: PlugContext): Promise<void> {
      const url = endpointOf(plug);
      const api = await Api.of(instance, signal);
      const token = await plug.secret("token");
      const made = await api.ensure(collection, plug.name, { ...wanted(instance, plug), url, token });
      plug.settings.connection_id = made.id;
      log.info(`${instance.name} connects to ${url}`);
    },

    async close({ instance, plug, signal }: PlugContext): Promise<void> {
      await (await Api.of(instance, signal)).remove(collection, plug.settings.connection_id, plug.name);
    },

    async check({ instance, plug, signal }: PlugContext): Promise<Status> {
      const { connection_id, endpoint } = plug.settings;
      const api = await Api.of(instance, signal);
      const found = connection_id && (await api.find<Connection>(collection, connection_id));
      return found ? isAt(found, endpoint) : false;
    },
  };
}

/** What the product is told about the plug; the instance's other settings go along, so that a change of them counts. */
function wanted({ settings }: HookInstance, { topic, format }: PlugContext["plug"]): object {
  const { url, organization, ...options } = settings;
  return { topic, format, options };
}

function endpointOf({ settings, source, destination, mode }: PlugContext["plug"]): string {
  if (typeof settings.endpoint === "string") return settings.endpoint;
  const waiting = mode === "push" ? destination : source;
  throw new Error(`${waiting} left no endpoint in the plug: its setup hook must put it into plug.settings`);
}

function isAt(found: { url: string }, endpoint: string): Status {
  return found.url === endpoint || `its url is ${found.url} instead of ${endpoint}`;
}
