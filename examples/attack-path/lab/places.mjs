// Where the lab lies: its folder and its network namespace.
import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The Meshroom project, which is the Pulumi program's folder as well. */
export const example = resolve(fileURLToPath(import.meta.url), "../..");
/** Everything that the lab writes. */
export const lab = join(example, ".lab");
/** One per checkout, so that labs of two checkouts do not meet. */
export const namespace = `attack-path-${createHash("sha256").update(example).digest("hex").slice(0, 8)}`;
