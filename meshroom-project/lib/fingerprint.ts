// How the pocket SOC's products show which secret they hold without showing it, so that drift of a secret can be seen.
import { createHash } from "node:crypto";

export function fingerprint(secret: string): string {
  return createHash("sha256").update(secret).digest("hex").slice(0, 12);
}
