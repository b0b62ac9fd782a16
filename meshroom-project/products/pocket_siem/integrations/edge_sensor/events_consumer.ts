// An intake with the parser for the edge sensor, instead of the generic one: addresses and severities are read, not guessed.
import { type HookIntegration, setup, status, teardown } from "pulumi-meshroom/hooks";
import * as intakes from "../../client/intakes";

/** Create an intake for the edge sensor */
export const openIntake = setup((context) => intakes.openIntake(context, parserOf(context.integration)));

/** Delete the edge sensor's intake */
export const closeIntake = teardown(intakes.closeIntake);

/** Is the edge sensor's intake still there? */
export const checkIntake = status((context) => intakes.checkIntake(context, parserOf(context.integration)));

function parserOf(integration: HookIntegration | undefined): string {
  const uuid = integration?.intake_format_uuid;
  if (typeof uuid === "string") return uuid;
  throw new Error("events_consumer.yaml has no intake_format_uuid: set it to the id of the parser for this sensor");
}
