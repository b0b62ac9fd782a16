// The order of the acts.
import { applyChange, reviewChange } from "./change.mjs";
import { createStack, preview, startLab, up } from "./connect.mjs";
import { destroyLab, destroyProduction } from "./dismantle.mjs";
import { lookAround } from "./look-around.mjs";
import { separation, startProduction } from "./production.mjs";
import { breakPlug, findDrift, repair } from "./repair.mjs";
import { attack } from "./traffic.mjs";

/** @param {{ stay: boolean }} options */
export function actsOf({ stay }) {
  return [
    ...[startLab, createStack, preview, up, attack, reviewChange, applyChange],
    ...[startProduction, separation, breakPlug, findDrift, repair],
    ...(stay ? [lookAround] : []),
    ...[destroyLab, destroyProduction],
  ];
}
