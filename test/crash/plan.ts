// What a round does: which command is killed where, and how it is made good. Drawn from a seed, so that a round can be had again.
import type { Part } from "./processes";

export const targets = ["engine", "provider", "host", "command", "group", "all"] as const;
export const operations = ["up", "update", "replace", "destroy"] as const;
export const manners = ["put", "post", "find", "key"] as const;
export const tools = ["pulumi", "meshroom"] as const;

export interface Choices {
  target: readonly (typeof targets)[number][];
  operation: readonly (typeof operations)[number][];
  manner: readonly (typeof manners)[number][];
  tool: readonly (typeof tools)[number][];
  /** The way back: `up` to the end, or `destroy` at once. */
  back: readonly ("up" | "destroy")[];
}

export type Plan = { [K in keyof Choices]: Choices[K][number] } & {
  number: number;
  /** The kill comes after so many lines of the ledger, and so many milliseconds. */
  lines: number;
  pause: number;
  /** Seconds from the kill to the recovery. */
  wait: number;
};

/** Lines that an undisturbed command writes: 12 plugs, 3 steps, 3 lines each. */
const wholeLedger = { up: 108, update: 108, replace: 216, destroy: 108 };

/** mulberry32: numbers from 0 to 1. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function drawPlan(random: () => number, number: number, choices: Choices): Plan {
  const draw = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const operation = draw(choices.operation);
  return {
    number,
    tool: draw(choices.tool),
    target: draw(choices.target),
    operation,
    manner: draw(choices.manner),
    back: operation === "destroy" ? "destroy" : draw(choices.back),
    lines: 1 + Math.floor(random() * (wholeLedger[operation] - 1)),
    pause: Math.floor(random() * 60),
    wait: draw([0, 8]),
  };
}

/** The parts of a run that are killed; undefined: by the command's process group. */
export function partsOf(target: Plan["target"]): readonly Part[] | "every" | undefined {
  if (target === "group") return undefined;
  return target === "all" ? "every" : [target];
}
