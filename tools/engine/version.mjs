// Versions of the Pulumi CLI: the one that tools/engine pins, the oldest that will do, and how to read them.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The oldest CLI that the tests' and the demo's calls work with. */
export const oldestVersion = "3.150.0";

/** @param {"cli" | "host"} module */
export function moduleFolder(module) {
  return fileURLToPath(new URL(module, import.meta.url));
}

/**
 * A version of a Pulumi module that tools/engine pins, such as "3.274.1".
 * @param {"cli" | "host"} module
 */
export function pinnedVersion(module) {
  const goMod = readFileSync(`${moduleFolder(module)}/go.mod`, "utf8");
  const pinned = /^require github\.com\/pulumi\/pulumi\/\w+\/v3 v(\S+)/m.exec(goMod)?.[1];
  if (!pinned) throw new Error(`tools/engine/${module}/go.mod requires no Pulumi module`);
  return pinned;
}

/** The Go version that the modules ask for, such as "1.26.6". */
export function requiredGo() {
  return /^go (\S+)/m.exec(readFileSync(`${moduleFolder("cli")}/go.mod`, "utf8"))?.[1] ?? "1.26";
}

/**
 * What `pulumi version` printed, without the leading v.
 * @param {string} text
 * @returns {string | undefined}
 */
export function parseVersion(text) {
  return /^v?(\d+\.\d+\.\d+\S*)$/.exec(text.trim())?.[1];
}

/**
 * Pre-releases count as their release.
 * @param {string} version
 * @param {string} oldest
 */
export function isAtLeast(version, oldest) {
  const [a, b] = [version, oldest].map((text) => text.split(/[.+-]/).slice(0, 3).map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
