// `meshroom list products`
import { type ListedProduct, listProducts } from "../../actions/verbs/list-products";
import { openProject } from "../../mesh/open";
import type { Command } from "../parse/command";
import { problemNote } from "../show/problem-note";
import { type Column, tableResult } from "../show/table";

export const command: Command = {
  arguments: [{ name: "search", summary: "text in the name, vendor, description or tags", isOptional: true }],
  options: [{ flags: "-w, --wide", summary: "what each product consumes, produces, triggers and executes" }],
  examples: [
    { command: "list products", does: "all of them" },
    { command: "list products siem -w", does: "those that mention siem, with what they can do" },
  ],
  run(call) {
    const project = openProject(call.root);
    const products = listProducts(project, call.argument("search"));
    const columns = call.flag("wide") ? [...narrow, ...wide] : narrow;
    return tableResult(products, columns, "no product found", problemNote(project));
  },
};

const narrow: readonly Column<ListedProduct>[] = [
  { title: "name", cell: ({ name }) => name, least: 16 },
  { title: "vendor", cell: ({ vendor }) => vendor ?? "" },
  { title: "tags", cell: ({ tags }) => tags },
  { title: "integrations", cell: ({ integrations }) => integrations },
  { title: "instances", cell: ({ instances }) => instances },
];

const wide: readonly Column<ListedProduct>[] = [
  { title: "consumes", cell: ({ capabilities }) => capabilities.consumer },
  { title: "produces", cell: ({ capabilities }) => capabilities.producer },
  { title: "triggers", cell: ({ capabilities }) => capabilities.trigger },
  { title: "executes", cell: ({ capabilities }) => capabilities.executor },
];
