// Capabilities of a product: what it produces, consumes, triggers and executes.

import { describe, isMapping } from "../base/json";
import { describeConstraints } from "../base/words";
import type { Manifest, Path } from "./manifest";
import { checkName } from "./name";
import type { Capability, Constraints, Role } from "./types";

/** The manifest's key for each role. */
export const capabilityKeys = {
  produces: "producer",
  consumes: "consumer",
  triggers: "trigger",
  executes: "executor",
} as const satisfies Record<string, Role>;

export type CapabilityKey = keyof typeof capabilityKeys;

/** What a product with this role does, in the word that is its key in the manifest: `produces`. */
export function verbOf(role: Role): CapabilityKey {
  return (Object.keys(capabilityKeys) as CapabilityKey[]).find(
    (each) => capabilityKeys[each] === role,
  ) as CapabilityKey;
}

/** All capabilities that a product's manifest declares, in the order of the file's sections. */
export function readCapabilities(manifest: Manifest, product: string, constraintKeys: readonly string[]): Capability[] {
  const reader = new CapabilityReader(manifest, product, constraintKeys);
  return (Object.keys(capabilityKeys) as CapabilityKey[]).flatMap((key) => reader.section(key));
}

/** The constraints that `value` sets, as text. Anything but a scalar, and a mode that is none, is reported and left out. */
export function readConstraints(
  manifest: Manifest,
  value: Readonly<Record<string, unknown>>,
  path: Path,
  constraintKeys: readonly string[],
): Constraints {
  const found: [string, string][] = [];
  for (const key of constraintKeys) {
    const at = [...path, key];
    const given = Object.hasOwn(value, key) ? value[key] : undefined;
    if (given === null || given === undefined || given === "") continue;
    if (typeof given === "object") {
      manifest.report("MANIFEST_SHAPE", `the constraint \`${key}\` is one value, found ${describe(given)}`, at, {
        remedy: "write one value; for several, write one capability for each",
      });
    } else if (key === "mode" && given !== "push" && given !== "pull") {
      manifest.report(
        "MANIFEST_SHAPE",
        `\`mode\` is \`push\` or \`pull\`, found \`${String(given).slice(0, 60)}\``,
        at,
        {
          remedy: "write `push` where the source is active, `pull` where the destination is",
        },
      );
    } else {
      found.push([key, manifest.source(at) ?? String(given)]);
    }
  }
  return Object.fromEntries(found);
}

class CapabilityReader {
  constructor(
    private readonly manifest: Manifest,
    private readonly product: string,
    private readonly constraintKeys: readonly string[],
  ) {}

  section(key: CapabilityKey): Capability[] {
    const value = this.manifest.value[key];
    const role = capabilityKeys[key];
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return this.entries(role, undefined, value, [key]);
    if (isMapping(value)) {
      return Object.entries(value).flatMap(([topic, entries]) => this.topic(role, topic, entries, [key, topic]));
    }
    this.reportShape(`\`${key}\`: expected a mapping from topics`, value, [key]);
    return [];
  }

  private topic(role: Role, topic: string, value: unknown, path: Path): Capability[] {
    // YAML's empty key: a capability for any topic.
    const name = topic === "" ? undefined : topic;
    const problem = name === undefined ? undefined : checkName("topic", name, this.manifest.at(path, "key"));
    if (problem) {
      this.manifest.problems.push(problem);
      return [];
    }
    return this.entries(role, name, value, path);
  }

  private entries(role: Role, topic: string | undefined, value: unknown, path: Path): Capability[] {
    const list: [unknown, Path][] = Array.isArray(value)
      ? value.map((item, index) => [item, [...path, index]])
      : [[value, path]];
    return list.flatMap(([item, at]) => {
      if (item === null || item === undefined) return this.capability(role, topic, {}, at);
      if (isMapping(item)) return this.capability(role, topic, item, at);
      this.reportShape(
        `a capability${topic ? ` for \`${topic}\`` : ""} is a mapping, e.g. \`{ mode: pull }\``,
        item,
        at,
      );
      return [];
    });
  }

  private capability(
    role: Role,
    topic: string | undefined,
    value: Readonly<Record<string, unknown>>,
    path: Path,
  ): Capability {
    return {
      product: this.product,
      role,
      topic,
      constraints: readConstraints(this.manifest, value, path, this.constraintKeys),
      details: Object.fromEntries(Object.entries(value).filter(([key]) => !this.constraintKeys.includes(key))),
      at: this.manifest.at(path),
    };
  }

  private reportShape(expected: string, found: unknown, path: Path): void {
    this.manifest.report("MANIFEST_SHAPE", `${expected}, found ${describe(found)}`, path, {
      remedy: "write `<topic>:` and below it, indented, `- {}` or `- mode: pull`",
    });
  }
}

/** `produces events (push, format ecs)`. */
export function describeCapability({ role, topic, constraints }: Capability): string {
  const described = describeConstraints(constraints);
  return `${verbOf(role)} ${topic ?? "anything"}${described ? ` (${described})` : ""}`;
}
