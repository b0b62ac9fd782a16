// `meshroom list instances`
import { type ListedInstance, listInstances } from "../../actions/verbs/list-instances";
import { openProject } from "../../mesh/open";
import type { Command } from "../parse/command";
import { problemNote } from "../show/problem-note";
import { type Column, tableResult } from "../show/table";

export const command: Command = {
  arguments: [{ name: "search", summary: "text in the name", isOptional: true, completes: "instance" }],
  options: [{ flags: "-p, --product <product>", summary: "only those of a product", completes: "product" }],
  examples: [
    { command: "list instances", does: "all of them" },
    { command: "list instances -p siem", does: "the tenants of one product" },
  ],
  run(call) {
    const project = openProject(call.root);
    const instances = listInstances(project, { product: call.text("product"), search: call.argument("search") });
    return tableResult(instances, columns, "no instance found", problemNote(project));
  },
};

const columns: readonly Column<ListedInstance>[] = [
  { title: "name", cell: ({ address }) => address, least: 16 },
  { title: "product", cell: ({ product }) => product, least: 16 },
  { title: "plugs", cell: ({ plugs }) => plugs },
  { title: "manifest", cell: ({ manifest }) => manifest },
];
