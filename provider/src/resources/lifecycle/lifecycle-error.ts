// How the lifecycle functions fail towards the engine: a message without a stack, and what was done kept where something was.
import { kept, wellFormed } from "../../base/keepable";
import { type Diagnostic, formatDiagnostic } from "../../diagnostic";

/** A plain failure: nothing changed that the state does not know already. */
export class LifecycleError extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(formatDiagnostic(diagnostic));
    // The SDK prints the stack of what check, diff, read and delete throw.
    this.name = "";
    this.stack = "";
    this.cause = diagnostic;
  }
}

/**
 * A resource that exists but is not whole. The engine keeps `properties` and calls update at every later `up`.
 * `properties` repeats `__provider`, or later calls could not find the provider.
 */
export class PartialFailure extends Error {
  readonly reasons: string[];
  readonly properties: { __provider: string };

  constructor(
    readonly id: string,
    properties: { __provider: string },
    message: string,
  ) {
    super(wellFormed(message));
    this.properties = kept(properties);
    this.stack = "";
    this.reasons = [this.message];
  }
}
