// What a hook is told: the two instances with their settings put together, the plug, the integration; and whose secret it means.

import type { Json } from "../base/json";
import type { InstanceData, InvocationContext, SecretScope } from "../hooks/hosts/protocol";
import { type NestedSecret, placeSecrets } from "../secrets/nested";
import type { SecretId } from "../secrets/sources";
import { instanceOwner } from "./secrets";
import type { EndInputs, StepInputs } from "./stored";

type Settings = Readonly<Record<string, Json>>;
type Side = StepInputs["side"];
type FindSecret = (id: SecretId) => string | undefined;

/** An end whose secrets are still to be put in their places. */
export interface EndFacts extends EndInputs {
  settings?: Settings;
  /** `src_config` or `dst_config`. */
  config?: Settings;
}

/** A plug whose secrets are still to be put in their places. */
export interface PlugFacts {
  name: string;
  /** The mesh that the plug is of, where the program has several. */
  mesh?: string;
  topic: string;
  mode: string;
  /** `mode` included. */
  constraints: Readonly<Record<string, string>>;
  settings: Settings;
  ends: Readonly<Record<Side, EndFacts>>;
}

/** For a hook at one end of a plug. Nested secrets stand in their places; top-level ones are asked for by name. */
export function plugContext(plug: PlugFacts, side: Side, find: FindSecret): InvocationContext {
  const { name, mesh, topic, mode, constraints, settings, ends } = plug;
  const { role, integration } = ends[side];
  const config = (end: EndFacts) =>
    withSecrets(end.config, end.nestedConfig, (path) => find({ owner: ownerOf(plug), name: path }));
  return {
    instance: instanceData(ends[side], find),
    peer: instanceData(ends[peerOf(side)], find),
    role,
    integration,
    plug: {
      // Hooks call what they make at a tenant by it, and meshes of one program may share a tenant.
      name: mesh === undefined ? name : `${mesh}/${name}`,
      topic,
      mode,
      format: constraints.format,
      constraints: { ...constraints },
      source: ends.source.address,
      destination: ends.destination.address,
      src_config: config(ends.source),
      dst_config: config(ends.destination),
      settings: { ...settings },
    },
  };
}

/** For a hook of an instance that is asked alone. */
export function instanceContext(end: EndFacts, topic: string, find: FindSecret): InvocationContext {
  return { instance: instanceData(end, find), role: end.role, topic };
}

/** The secret that a hook at one end asks for. */
export function secretAsked(plug: PlugFacts, side: Side, scope: SecretScope, name: string): SecretId {
  if (scope === "plug") return { owner: ownerOf(plug), name };
  return { owner: instanceOwner(plug.ends[scope === "peer" ? peerOf(side) : side]), name };
}

function peerOf(side: Side): Side {
  return side === "source" ? "destination" : "source";
}

function ownerOf({ name, topic, mode, ends }: PlugFacts): SecretId["owner"] {
  return { kind: "plug", name, source: ends.source.address, destination: ends.destination.address, topic, mode };
}

function instanceData(end: EndFacts, find: FindSecret): InstanceData {
  const { name, product, settings, nestedSecrets } = end;
  const owner = instanceOwner(end);
  return { name, product, settings: withSecrets(settings, nestedSecrets, (path) => find({ owner, name: path })) };
}

function withSecrets(
  values: Settings = {},
  nested: readonly NestedSecret[] = [],
  find: (path: string) => string | undefined,
): Record<string, Json> {
  return placeSecrets(values, nested, find) as Record<string, Json>;
}
