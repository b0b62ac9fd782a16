// Writes capabilities and integrations into manifests, for `create`, for catalogues and for scaffolding. What is there stays.
import { type Document, isCollection, isMap, isScalar, isSeq, type Node } from "yaml";
import { describe } from "../base/json";
import { MeshroomError } from "../diagnostic";
import { verbOf } from "./capability";
import { nodeIn, setIn } from "./edit-manifest";
import { joinIntegrationName, saysAll } from "./file-name";
import type { Constraints, Mode, Role } from "./types";

/** What is written of one capability. */
type Entry = Readonly<Record<string, unknown>>;

/**
 * Adds a capability, unless `isThere` says so of one that is written for the role and topic. A single mapping is short for a list of one,
 * and a list in place of topics is for any topic.
 * @throws MeshroomError MANIFEST_SHAPE for what is neither, which is left as it is
 */
export function addCapability(
  document: Document,
  role: Role,
  topic: string,
  entry: Entry,
  isThere: (written: unknown) => boolean = () => false,
): void {
  const key = verbOf(role);
  const section = nodeIn(document, [key]);
  if (isSeq(section)) setIn(document, [key], { "": section });
  else if (!isMap(section)) refuseOther(section, [key]);
  const written = nodeIn(document, [key, topic]);
  if (!isCollection(written)) refuseOther(written, [key, topic]);
  const entries: unknown[] = isSeq(written) ? written.items : isMap(written) ? [written] : [];
  if (entries.some((each) => isThere((each as Node | null)?.toJS?.(document)))) return;
  if (isSeq(written) && written.items.length > 0) setIn(document, [key, topic, entries.length], entry);
  else setIn(document, [key, topic], [...entries, entry]);
}

/** Nothing is lost: what has no value may be replaced. */
function refuseOther(node: unknown, path: readonly string[]): void {
  if (node === undefined || node === null || (isScalar(node) && (node.value ?? "") === "")) return;
  throw new MeshroomError({
    code: "MANIFEST_SHAPE",
    severity: "error",
    summary: `\`${path.join(".")}\` holds no capabilities, found ${describe(isScalar(node) ? node.value : node)}`,
    remedy: "write `<topic>:` and below it, indented, `- {}` or `- mode: pull`",
  });
}

/** Which integration: what its file's name says of it, and its manifest. */
export interface IntegrationIdentity {
  product: string;
  /** The product that it is connected to. */
  target: string;
  topic: string;
  role: Role;
  constraints: Constraints;
}

/** The name of an integration's files, without ending. */
export function integrationStem(identity: IntegrationIdentity): string {
  return joinIntegrationName(partsOf(identity));
}

/** Says in the manifest which integration it is: all of it where the manifest is new, else what its name can't say, so that it is read back. */
export function setIdentity(document: Document, identity: IntegrationIdentity, isNew: boolean): void {
  const { product, target, topic, role, constraints } = identity;
  const isClear = saysAll(partsOf(identity));
  if (isNew) {
    setIn(document, ["product"], product);
    setIn(document, ["target_product"], target);
  } else if (isClear) return;
  setIn(document, ["topic"], topic);
  setIn(document, ["role"], role);
  for (const [key, value] of Object.entries(constraints)) {
    if (key !== "mode" || value === "pull" || !isClear) setIn(document, [key], value);
  }
}

function partsOf({ topic, role, constraints: { mode, format } }: IntegrationIdentity) {
  return { topic, role, ...(format !== undefined && { format }), ...(mode === "pull" && { mode: mode as Mode }) };
}
