// Indicators: STIX patterns that compare one value, read and written. Other patterns are not ours to judge.
import { randomUUID } from "node:crypto";
import type { StixObject } from "./client.ts";

export interface Indicator {
  id: string;
  kind: "ipv4" | "sha256";
  value: string;
}

const patterns = {
  ipv4: /^\[\s*ipv4-addr:value\s*=\s*'((?:\d{1,3}\.){3}\d{1,3})'\s*\]$/,
  sha256: /^\[\s*file:hashes\.'?SHA-256'?\s*=\s*'([0-9a-fA-F]{64})'\s*\]$/,
} as const;

/** Undefined: no indicator, one of another kind, or one that no longer counts. */
export function readIndicator({ type, id, pattern, revoked, valid_until }: StixObject): Indicator | undefined {
  if (type !== "indicator" || !pattern || revoked) return undefined;
  if (valid_until && Date.parse(valid_until) < Date.now()) return undefined;
  for (const kind of ["ipv4", "sha256"] as const) {
    const value = patterns[kind].exec(pattern.trim())?.[1];
    if (value) return { id, kind, value: value.toLowerCase() };
  }
  return undefined;
}

/** The indicator for an address or a file's hash, new now. */
export function newIndicator(value: string): StixObject {
  const pattern = /^[0-9a-fA-F]{64}$/.test(value)
    ? `[file:hashes.'SHA-256' = '${value}']`
    : `[ipv4-addr:value = '${value}']`;
  const now = new Date().toISOString();
  const object = {
    type: "indicator",
    spec_version: "2.1",
    id: `indicator--${randomUUID()}`,
    created: now,
    modified: now,
  };
  const indicator = { ...object, pattern, pattern_type: "stix", valid_from: now };
  if (readIndicator(indicator)) return indicator;
  throw new Error(`"${value}" is neither an IPv4 address nor a SHA-256`);
}
