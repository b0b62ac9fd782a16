// The folder from which the engine runs a project without a Pulumi program: `.meshroom/pulumi/`, and `.meshroom/state/` beside it.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { workFolder } from "../../base/work-folder";
import { writeFileWhole } from "../../base/write-file";
import { type Deployment, LOCAL_PROJECT } from "./deployment";

const settings = `# Written by meshroom: the state of the mesh of ../.. is in ../state.
name: ${LOCAL_PROJECT}
runtime: nodejs
backend:
  url: file://../state?metadata=skip
`;

/** Root of this package. */
const ourPackage = join(__dirname, "..", "..", "..");

export function stateFolder({ root }: Deployment): string {
  return join(root, ".meshroom", "state");
}

/**
 * The state's backend. `metadata=skip`: else a file `.attrs` beside each is written in place, and a state whose `.attrs` is empty after a kill
 * can't be opened any more.
 */
export function stateUrl(deployment: Deployment): string {
  return `${pathToFileURL(stateFolder(deployment)).href}?metadata=skip`;
}

/** What earlier versions have left, whole or not. */
function removeAttributes(deployment: Deployment): void {
  const folder = join(stateFolder(deployment), ".pulumi", "stacks", deployment.project);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (name.endsWith(".attrs")) rmSync(join(folder, name), { force: true });
}

/**
 * Makes what is missing. The provider process runs in this folder and looks for our package and Pulumi's from here, so both are linked to
 * wherever this command is installed; the links follow when that moves.
 */
export function prepareLocalFolder(deployment: Deployment): void {
  workFolder(deployment.root);
  mkdirSync(join(deployment.folder, "node_modules", "@pulumi"), { recursive: true });
  mkdirSync(stateFolder(deployment), { recursive: true, mode: 0o700 });
  removeAttributes(deployment);
  writeOnce(join(deployment.folder, "Pulumi.yaml"), settings);
  link(join(deployment.folder, "node_modules", "pulumi-meshroom"), ourPackage);
  const pulumi = dirname(require.resolve("@pulumi/pulumi/package.json"));
  link(join(deployment.folder, "node_modules", "@pulumi", "pulumi"), pulumi);
}

function writeOnce(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  writeFileWhole(path, text);
}

function link(path: string, target: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) {
    if (isLinkTo(path, target)) return;
    rmSync(path, { recursive: true });
  }
  // A junction needs no privileges on Windows; elsewhere the kind does not matter.
  symlinkSync(target, path, "junction");
}

function isLinkTo(path: string, target: string): boolean {
  try {
    return readlinkSync(path) === target;
  } catch {
    return false;
  }
}

/** Written so that only the user can read it, and never over one that is there. */
export function writePrivate(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600, flag: "wx" });
}
