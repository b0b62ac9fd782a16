// What the generic hooks and those for one product have in common: they differ in the format of the intake.
import type { PlugContext, Status } from "pulumi-meshroom/hooks";
import { compare } from "../../../lib/drift";
import { type Intake, Siem } from "./api";

/** Leaves `host`, `port` and the secret `intake_key` in the plug, for whatever sends to the intake. */
export async function openIntake({ instance, plug, log, signal }: PlugContext, format: string): Promise<void> {
  const intake = await (await Siem.of(instance, signal)).ensureIntake(plug.name, format);
  await plug.setSecret("intake_key", intake.key);
  Object.assign(plug.settings, { intake_id: intake.id, host: intake.host, port: intake.port });
  log.info(`${instance.name} listens on ${intake.host}:${intake.port}`);
}

export async function closeIntake({ instance, plug, signal }: PlugContext): Promise<void> {
  await (await Siem.of(instance, signal)).remove("intakes", plug.settings.intake_id, plug.name);
}

export async function checkIntake({ instance, plug, signal }: PlugContext, format: string): Promise<Status> {
  const { intake_id, host, port } = plug.settings;
  const intake = intake_id && (await (await Siem.of(instance, signal)).find<Intake>("intakes", intake_id));
  if (!intake) return false;
  if (intake.key !== (await plug.secret("intake_key"))) return `intake ${plug.name}: its key was replaced`;
  return compare(`intake ${plug.name}`, intake, { format, host, port });
}
