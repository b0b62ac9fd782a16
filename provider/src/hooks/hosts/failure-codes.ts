// The diagnostic code of each way in which a hook fails.
import type { DiagnosticCode } from "../../diagnostic";
import type { HookFailure } from "./host-job";

export const failureCodes: Readonly<Record<HookFailure["rule"], DiagnosticCode>> = {
  host: "HOOK_HOST",
  load: "HOOK_LOAD",
  missing: "HOOK_NOT_FOUND",
  failed: "HOOK_FAILED",
  timeout: "HOOK_TIMEOUT",
  exited: "HOOK_EXITED",
  result: "HOOK_RESULT",
};
