// What a hook file declares as far as it can be read without running any of it.
import type { Diagnostic, Location } from "../../diagnostic";
import type { HookDescription } from "../../model/hook";

/** A declaration that only running the file would tell. */
export interface Computed {
  at: Location;
  /** What is computed, as a person reads it: `the export openIntake`, `the title of openIntake`. */
  what: string;
}

/** Stands for a title that is computed, where nothing is run. */
export const COMPUTED_TITLE = "(computed)";

/**
 * What was read of one file. Where `computed` is not empty, `hooks` are those that could be read, with {@link COMPUTED_TITLE} where it is only
 * the title that could not; running the file may find more.
 */
export type Reading = { hooks: HookDescription[]; computed: Computed[] } | { problem: Diagnostic };

/** For a file that nothing could be read of, since it does not parse. */
export function unreadable(at: Location, why: string): Reading {
  return {
    problem: {
      code: "HOOK_LOAD",
      severity: "error",
      summary: `hook file does not load: ${why}`,
      remedy: `correct ${at.file}`,
      at,
    },
  };
}
