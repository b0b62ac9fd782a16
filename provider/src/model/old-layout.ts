// The older layout, `config/<p>/<i>/` and `src_tenant`/`dst_tenant`: recognised, and answered with the way out.

import { shellWord } from "../base/words";
import type { Diagnostic } from "../diagnostic";
import type { Manifest } from "./manifest";
import type { InstanceFolder } from "./read-instance";

const renamedKeys: Readonly<Record<string, string>> = { src_tenant: "src_instance", dst_tenant: "dst_instance" };

/** Reports each key of a plug that has a new name. */
export function reportOldKeys(manifest: Manifest): void {
  for (const [before, now] of Object.entries(renamedKeys)) {
    if (!Object.hasOwn(manifest.value, before)) continue;
    manifest.report("LAYOUT_OLD", `the key \`${before}\` is named \`${now}\` now`, [before], {
      remedy: `\`sed -i 's/^${before}:/${now}:/' ${shellWord(manifest.file)}\``,
      part: "key",
    });
  }
}

/** One problem for each folder below `config/` that holds instances, with the move that repairs it. */
export function oldFolders(folders: readonly InstanceFolder[], hasInstances: boolean): Diagnostic[] {
  const old = folders.filter(({ config }) => config !== undefined);
  if (old.length === 0) return [];
  if (!hasInstances) return [moveFolder("config", "`git mv config instances`")];
  return old.map(({ path, product, name }) =>
    moveFolder(
      path,
      `\`mkdir -p ${shellWord(`instances/${product}`)} && git mv ${shellWord(path)} ${shellWord(`instances/${product}/${name}`)}\``,
    ),
  );
}

function moveFolder(path: string, remedy: string): Diagnostic {
  return {
    code: "LAYOUT_OLD",
    severity: "error",
    summary: `instances stand in instances/ now, found some in ${path}/`,
    remedy,
    at: { file: path, line: 1, column: 1 },
  };
}
