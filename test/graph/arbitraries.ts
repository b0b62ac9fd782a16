// Random constraints and capabilities from small alphabets, so that matches and conflicts are both frequent.
import fc from "fast-check";
import type { Capability, Constraints, Role } from "../../provider/src/model/types";
import { can } from "./builders";

/** Keys that every object inherits are among them: a constraint may have any name. */
const keys = ["mode", "format", "protocol", "constructor", "__proto__"];

export const constraints: fc.Arbitrary<Constraints> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...keys), fc.constantFrom("a", "b")), {
    selector: ([key]) => key,
    maxLength: 4,
  })
  .map((entries) => Object.fromEntries(entries));

export const role: fc.Arbitrary<Role> = fc.constantFrom("producer", "consumer", "trigger", "executor");

export const topic: fc.Arbitrary<string | undefined> = fc.constantFrom("events", "alerts", "block_ip", undefined);

export const capability: fc.Arbitrary<Capability> = fc.tuple(role, topic, constraints).map((parts) => can(...parts));
