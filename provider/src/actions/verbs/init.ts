// Makes a folder a Meshroom project: adds what is missing, overwrites nothing, touches no remote.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { MeshroomError } from "../../diagnostic";
import { FileChanges } from "../files/file-changes";
import { fillTemplate, listTemplateFiles } from "../files/templates";
import { isProjectRoot } from "../finding/find-root";

export interface InitOptions {
  /** Also a Pulumi program, and a workflow that previews pull requests. */
  withPulumi?: boolean;
  /** Of this package, for the program's dependency. */
  version: string;
}

export interface InitResult {
  root: string;
  /** Files that were written, relative to the root. */
  created: readonly string[];
  /** `made`, `there` already (here or in a folder above), or `missing`: git is not installed. */
  git: "made" | "there" | "missing";
}

/** @throws MeshroomError FOLDER_OCCUPIED for a folder that holds something else */
export async function initProject(root: string, { withPulumi = false, version }: InitOptions): Promise<InitResult> {
  refuseOccupied(root);
  const name = basename(root);
  const values = { name, package: packageName(name), version };
  mkdirSync(root, { recursive: true });
  const changes = new FileChanges(root);
  const addMissing = (path: string, text: () => string) => {
    if (!existsSync(join(root, path))) changes.write(path, text());
  };
  addMissing("README.md", () => fillTemplate("project/README.md", values));
  for (const folder of ["products", "instances"]) {
    if (!existsSync(join(root, folder))) changes.write(`${folder}/.gitkeep`, "");
  }
  const ignored = ignoreText(root);
  if (ignored !== undefined) changes.write(".gitignore", ignored);
  for (const file of withPulumi ? listTemplateFiles("project-pulumi") : []) {
    addMissing(file, () => fillTemplate(`project-pulumi/${file}`, values));
  }
  const git = await changes.apply(() => initRepository(root));
  return { root, created: changes.written, git };
}

function refuseOccupied(root: string): void {
  if (!existsSync(root)) return;
  const others = readdirSync(root).filter((name) => !/^(\..*|README.*|LICENSE.*|CONTRIBUTING.*)$/i.test(name));
  if (isProjectRoot(root) || others.length === 0) return;
  throw new MeshroomError({
    code: "FOLDER_OCCUPIED",
    severity: "error",
    summary: `${root} holds something else already: ${others.slice(0, 3).join(", ")}${others.length > 3 ? ", ..." : ""}`,
    remedy: "name an empty folder: `meshroom init FOLDER`",
  });
}

/** A .gitignore that is there gets the lines that it lacks; undefined where it lacks none. */
function ignoreText(root: string): string | undefined {
  const path = join(root, ".gitignore");
  const wanted = fillTemplate("project/gitignore", {});
  if (!existsSync(path)) return wanted;
  const text = readFileSync(path, "utf8");
  const lines = new Set(text.split(/\r?\n/).map((line) => line.trim().replace(/\/$/, "")));
  const missing = [".meshroom/", "mirrors/"].filter((line) => !lines.has(line.replace(/\/$/, "")));
  if (missing.length === 0) return undefined;
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${missing.join("\n")}\n`;
}

function initRepository(root: string): InitResult["git"] {
  const inside = spawnSync("git", ["rev-parse", "--is-inside-work-tree"], { cwd: root, encoding: "utf8" });
  if (inside.error) return "missing";
  if (inside.stdout.trim() === "true") return "there";
  const made = spawnSync("git", ["init", "--quiet"], { cwd: root, encoding: "utf8" });
  if (made.status === 0) return "made";
  throw new Error(`git init failed: ${made.stderr}`);
}

/** As npm allows it. */
function packageName(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, "-")
      .replace(/^[._-]+/, "") || "mesh"
  );
}
