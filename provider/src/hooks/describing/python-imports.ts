// What a Python file imports from its own project, found by reading, not by running.
import { dirname, posix } from "node:path";

const FROM = /^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^#\n]+)/gm;
const PLAIN = /^[ \t]*import[ \t]+([\w., \t]+)/gm;

/**
 * Files that may be imported, relative to the project's root, with those `__init__.py` that run on the way: `from .api import Client` is
 * `api.py`, `api/__init__.py` and, as `Client` may be a module, `api/Client.py`. A name without dots before it may be a product's.
 */
export function pythonImports(file: string, text: string): string[] {
  const found = new Set<string>();
  const add = (base: string, names: readonly string[] = []) => {
    for (const path of [base, ...names.map((name) => posix.join(base, name))]) {
      found.add(`${path}.py`);
      for (const package_ of packagesOf(path)) found.add(package_);
    }
  };
  for (const [, dots = "", module = "", names = ""] of text.matchAll(FROM)) {
    const start = dots ? posix.join(dirname(file), "../".repeat(dots.length - 1)) : "products";
    add(posix.join(start, module.replaceAll(".", "/")), names.match(/\w+/g) ?? []);
  }
  for (const [, modules = ""] of text.matchAll(PLAIN)) {
    for (const module of modules.split(",")) {
      const [name = ""] = module.trim().split(/\s/);
      if (name) add(posix.join("products", name.replaceAll(".", "/")));
    }
  }
  for (const package_ of packagesOf(file)) found.add(package_);
  return [...found].filter((path) => path !== file && path.startsWith("products/"));
}

/** `__init__.py` of the folders from the product down to `path`, and of `path` itself where that is a folder. */
function packagesOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => `${parts.slice(0, index + 2).join("/")}/__init__.py`);
}
