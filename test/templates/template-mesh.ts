// A project with a product of each template, named as its template is, as `create product` would write it.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describeHooks } from "../../provider/dist/hooks/describing/describe";
import { HookSources } from "../../provider/dist/hooks/describing/hook-sources";
import { listTemplates, readTemplate } from "../../provider/src/actions/files/product-templates";
import type { Described } from "../../provider/src/hooks/describing/describe";
import { loadProject } from "../../provider/src/model/load-project";
import type { Project, Role } from "../../provider/src/model/types";

export class TemplateMesh {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "templates-")));
  /** Relative to the root. */
  readonly files: string[] = [];

  constructor() {
    for (const { name } of listTemplates()) {
      for (const { path, text } of readTemplate(name, name) ?? []) this.write(path, text);
    }
  }

  write(path: string, text: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    this.files.push(path);
  }

  load(): Project {
    return loadProject(this.root);
  }

  /** By the compiled hook host. */
  describe(project: Project): Map<string, Described> {
    const hookFiles = [...project.products.values()].flatMap((product) => product.hookFiles);
    return describeHooks(this.root, hookFiles, new HookSources(this.root));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Topic or action -> the products that have it in this role, both sorted. */
export function namesByRole(project: Project, role: Role): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const product of project.products.values()) {
    for (const capability of product.capabilities) {
      if (capability.role !== role) continue;
      const topic = capability.topic ?? "";
      found.set(topic, (found.get(topic) ?? new Set()).add(product.name));
    }
  }
  return new Map([...found].sort().map(([topic, products]) => [topic, [...products].sort()]));
}
