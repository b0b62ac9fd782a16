// `meshroom diff` as text.
import { isInClear, words } from "../../review/compare-meshes";
import { type Flow, headline, isEmptyReport, isUnchanged, type MeshChanges, type Report } from "../../review/report";
import type { View } from "./view";

export function* renderReport(report: Report, view: View): Generator<string> {
  yield `from ${report.base} to ${report.head}`;
  const { added, removed } = report.recipients;
  if (added.length > 0) yield view.style("red", `secrets.gpg can be read by ${added.join(", ")} from now on`);
  if (removed.length > 0) yield `secrets.gpg is no longer written for ${removed.join(", ")}`;
  if (isEmptyReport(report)) yield "nothing changes";
  for (const changes of report.stacks) if (!isUnchanged(changes)) yield* renderChanges(changes, view);
}

function* renderChanges(changes: Report["stacks"][number], view: View): Generator<string> {
  yield "";
  const stack = changes.stack === undefined ? "" : `stack ${changes.stack}: `;
  yield view.style("bold", `${stack}${headline(changes)}`);
  for (const { kind, says } of changes.risks) yield `  ${view.style("yellow", `${kind}:`)} ${says}`;
  for (const flow of changes.flows.added) {
    yield `  ${view.style("green", "+")} ${describeFlow(flow)}`;
    if (flow.allows) yield `      ${flow.allows}`;
    for (const step of flow.steps) yield `      ${step}`;
    if (flow.problem !== undefined) yield `      ${view.style("red", flow.problem)}`;
  }
  for (const { after, effect, reasons } of changes.flows.changed) {
    yield `  ${view.style("yellow", "~")} ${describeFlow(after)} [${effect}]`;
    for (const reason of reasons) yield `      because ${reason}`;
  }
  for (const flow of changes.flows.removed) yield `  ${view.style("red", "-")} ${describeFlow(flow)}`;
  yield* renderRest(changes);
}

function describeFlow(flow: Flow): string {
  const { source, destination, topic, kind, mode, protocol, format } = flow;
  const how = [mode, protocol, format].filter((word) => word !== undefined).join(", ");
  const clear = isInClear(flow) ? ", clear text" : "";
  return `${source} -> ${destination}: ${topic}${kind === "action" ? " (acts)" : ""}, ${how}${clear}`;
}

function* renderRest({ settings, hooks, secrets, capabilities, destinations }: MeshChanges): Generator<string> {
  for (const { owner, name, from, to, at } of settings)
    yield `  setting ${owner}.${name}: ${words(from)} -> ${words(to)}${at ? `  ${at.file}:${at.line}` : ""}`;
  for (const { file, change, lines, flows, isComputed } of hooks) {
    const size = lines ? ` (+${lines.added} -${lines.removed})` : "";
    yield `  hook ${file} ${change}${size}${isComputed ? ", computed" : ""}: ${flows.join(", ") || "no flow uses it"}`;
  }
  for (const { name, to, flow } of secrets.added) yield `  secret ${name} goes to the hooks of ${to} (${flow})`;
  for (const { name, to, flow } of secrets.removed)
    yield `  secret ${name} no longer goes to the hooks of ${to} (${flow})`;
  for (const { product, change, capability, breaks } of capabilities)
    yield `  product ${product} ${change}: ${capability}${breaks.length > 0 ? `, which breaks ${breaks.join(", ")}` : ""}`;
  for (const host of destinations.added) yield `  destination ${host}: new`;
  for (const host of destinations.removed) yield `  destination ${host}: no longer`;
}
