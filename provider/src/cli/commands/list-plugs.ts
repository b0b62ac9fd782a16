// `meshroom list plugs`
import { type ListedPlug, listPlugs } from "../../actions/verbs/list-plugs";
import { openProject } from "../../mesh/open";
import type { Command } from "../parse/command";
import { modeOption, topicOption } from "../parse/shared-options";
import { problemNote } from "../show/problem-note";
import { type Column, tableResult } from "../show/table";

export const command: Command = {
  arguments: [
    { name: "src", summary: "the instance at the source", isOptional: true, completes: "instance" },
    { name: "dst", summary: "the instance at the destination", isOptional: true, completes: "instance" },
  ],
  options: [topicOption, modeOption],
  examples: [
    { command: "list plugs", does: "all of them" },
    { command: "list plugs edge central -t events", does: "between two instances, for one topic" },
  ],
  run(call) {
    const project = openProject(call.root);
    const plugs = listPlugs(project, {
      source: call.argument("src"),
      destination: call.argument("dst"),
      topic: call.text("topic"),
      mode: call.text("mode"),
    });
    const hasProblem = plugs.some(({ problem }) => problem !== undefined);
    return tableResult(plugs, hasProblem ? [...columns, problem] : columns, "no plug found", problemNote(project));
  },
};

const columns: readonly Column<ListedPlug>[] = [
  { title: "source", cell: ({ source }) => source, least: 12 },
  { title: "destination", cell: ({ destination }) => destination, least: 12 },
  { title: "topic", cell: ({ topic }) => topic, least: 12 },
  { title: "mode", cell: ({ constraints }) => constraints.mode ?? "push" },
  { title: "format", cell: ({ constraints }) => constraints.format ?? "" },
  {
    title: "other",
    cell: ({ constraints: { mode: _, format: __, ...others } }) =>
      Object.entries(others).map(([key, value]) => `${key} ${value}`),
  },
];

const problem: Column<ListedPlug> = { title: "problem", cell: (plug) => plug.problem ?? "" };
