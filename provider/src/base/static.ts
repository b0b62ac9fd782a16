// How a preview is told to load no hook file.

/** Environment variable; set to `true`, hook files whose text does not tell what they declare are not loaded to find out. */
export const STATIC = "MESHROOM_STATIC";

export function isStatic(environment: NodeJS.ProcessEnv): boolean {
  return /^(true|1|yes)$/i.test(environment[STATIC] ?? "");
}
