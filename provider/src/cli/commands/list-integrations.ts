// `meshroom list integrations`
import { type ListedIntegration, listIntegrations } from "../../actions/verbs/list-integrations";
import { openProject } from "../../mesh/open";
import type { Command } from "../parse/command";
import { topicOption } from "../parse/shared-options";
import { problemNote } from "../show/problem-note";
import { type Column, renderTable } from "../show/table";

export const command: Command = {
  description:
    "A row with a file is written: products/PRODUCT/integrations/TARGET/. A row without one is possible: the capabilities of the two products match, and `meshroom create integration` scaffolds it.",
  arguments: [
    { name: "product", summary: "only those of this product", isOptional: true, completes: "product" },
    { name: "target", summary: "only those with this product", isOptional: true, completes: "product" },
  ],
  options: [topicOption, { flags: "--written", summary: "leave out those that are only possible" }],
  examples: [
    { command: "list integrations", does: "all that are written or possible" },
    { command: "list integrations edr siem", does: "between two products" },
    { command: "list integrations -t alerts --written", does: "what is written for a topic" },
  ],
  run(call) {
    const project = openProject(call.root);
    const found = listIntegrations(project, {
      product: call.argument("product"),
      target: call.argument("target"),
      topic: call.text("topic"),
    });
    const shown = call.flag("written") ? onlyWritten(found) : found;
    return {
      json: stream(shown),
      text: (view) => renderTable(view, columns, shown),
      notes: problemNote(project),
    };
  },
};

function* onlyWritten(found: Iterable<ListedIntegration>): Generator<ListedIntegration> {
  for (const integration of found) if (integration.isWritten) yield integration;
}

function* stream<T>(items: Iterable<T>): Generator<T> {
  yield* items;
}

const columns: readonly Column<ListedIntegration>[] = [
  { title: "product", cell: ({ product }) => product, least: 12 },
  { title: "target", cell: ({ target }) => target, least: 12 },
  { title: "topic", cell: ({ topic }) => topic ?? "any", least: 12 },
  { title: "role", cell: ({ role }) => role },
  { title: "mode", cell: ({ constraints }) => constraints.mode ?? "" },
  { title: "format", cell: ({ constraints }) => constraints.format ?? "" },
  { title: "plugs", cell: ({ plugs }) => plugs },
  { title: "file", cell: ({ file }) => file?.slice(file.lastIndexOf("/") + 1) ?? "" },
];
