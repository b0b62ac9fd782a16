// Trees that git would mangle: bytes, line ends, links, odd names; and trees of nonsense, and large ones.
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { loadProject } from "../../provider/src/model/load-project";
import type { Project } from "../../provider/src/model/types";
import { printed, withTree } from "./fixtures";

const definition = "name: edr\nproduces:\n  events:\n    - mode: pull\n";
const file = "products/edr/definition.yaml";

test.each([
  ["CRLF", definition.replaceAll("\n", "\r\n")],
  ["a byte order mark", `\uFEFF${definition}`],
  ["both", `\uFEFF${definition.replaceAll("\n", "\r\n")}`],
  ["CR alone", definition.replaceAll("\n", "\r")],
])("%s makes no difference", (_, text) => {
  const [plain, other] = [definition, text].map((content) =>
    withTree({ [file]: content }, (root) => loadProject(root).products.get("edr")),
  );
  expect(other).toEqual(plain);
  expect(other?.problems).toEqual([]);
});

test.each(["", "\n", "\uFEFF", "# only a comment\n", "---\n", "{}", "null", "~", "---\n...\n"])(
  "%j is an empty manifest",
  (text) => {
    const files = {
      [file]: text,
      "instances/edr/a/config.yaml": text,
      "instances/edr/b/config.yaml": "",
      "instances/edr/a/plugs/b/events.yaml": text,
    };
    withTree(files, (root) => {
      const project = loadProject(root);
      expect(printed(project.diagnostics, root)).toBe("");
      expect(project.plugs).toHaveLength(1);
    });
  },
);

test("bytes that are no UTF-8 are shown where they stand", () => {
  withTree(
    {
      [file]: Buffer.from("name: edr\nvendor: caf\xe9\n", "latin1"),
      "products/wide/definition.yaml": Buffer.from("\uFEFFname: wide\n", "utf16le"),
    },
    (root) => {
      expect(printed(loadProject(root).diagnostics, root)).toBe(
        [
          "products/edr/definition.yaml:2:12: error: a manifest is UTF-8, found other bytes here [FILE_ENCODING]",
          "  2 | vendor: caf\uFFFD",
          "    |            ^",
          "  to repair: convert it: `iconv -f ISO-8859-1 -t UTF-8 products/edr/definition.yaml > converted && mv converted products/edr/definition.yaml`",
          "products/wide/definition.yaml:1:1: error: a manifest is UTF-8, found UTF-16 [FILE_ENCODING]",
          "  to repair: convert it: `iconv -f UTF-16 -t UTF-8 products/wide/definition.yaml > converted && mv converted products/wide/definition.yaml`",
          "",
        ].join("\n"),
      );
    },
  );
});

test("a link within the project is followed", () => {
  withTree({ [file]: definition }, (root) => {
    symlinkSync("edr", join(root, "products/twin"));
    mkdirSync(join(root, "products/third"));
    symlinkSync("../edr/definition.yaml", join(root, "products/third/definition.yml"));
    const project = loadProject(root);
    expect([...project.products.keys()]).toEqual(["edr", "third", "twin"]);
    expect(codes(project)).toEqual(["NAME_MISMATCH", "NAME_MISMATCH"]);
  });
});

test.each([
  "products",
  "products/out",
  "products/edr/definition.yaml",
  "products/edr/integrations",
  "instances",
  "instances/edr/a/plugs",
  "meshroom.yaml",
])("%s as a link out of the project is not followed", (path) => {
  withTree(
    { "outside/definition.yaml": "vendor: stolen\n", "outside/config.yaml": "", "root/secrets.gpg": "" },
    (base) => {
      const root = join(base, "root");
      mkdirSync(join(root, path, ".."), { recursive: true });
      symlinkSync(
        path.endsWith(".yaml") ? join(base, "outside/definition.yaml") : join(base, "outside"),
        join(root, path),
      );
      const project = loadProject(root);
      expect(project.diagnostics).toMatchObject([{ code: "PATH_ESCAPES", at: { file: path } }]);
      expect(JSON.stringify([...project.products.values()])).not.toContain("stolen");
    },
  );
});

test("links in a circle and to nothing are answered, and links elsewhere in the root are nobody's business", () => {
  withTree({ [file]: definition }, (root) => {
    symlinkSync("loop", join(root, "products/loop"));
    symlinkSync("nothing", join(root, "products/lost"));
    symlinkSync("/", join(root, "elsewhere"));
    const project = loadProject(root);
    expect(codes(project)).toEqual(["FILE_UNREADABLE", "FILE_UNREADABLE"]);
    expect(project.diagnostics.map(({ at }) => at?.file)).toEqual(["products/loop", "products/lost"]);
  });
});

test("a link to a folder above ends the walk all the same", () => {
  withTree({ [file]: definition, "instances/edr/a/config.yaml": "" }, (root) => {
    symlinkSync("../..", join(root, "products/edr/integrations"));
    symlinkSync("../..", join(root, "instances/edr/a/plugs"));
    expect(codes(loadProject(root))).not.toContain("INTERNAL");
  });
});

test("names that can't be kept are answered, the others load", () => {
  withTree(
    { [file]: definition, "products/a\\b/x": "", "products/end /x": "", "instances/edr/a\nb/config.yaml": "" },
    (root) => {
      const project = loadProject(root);
      expect(codes(project)).toEqual(["NAME_INVALID", "NAME_INVALID", "NAME_INVALID"]);
      expect([...project.products.keys()]).toEqual(["edr"]);
    },
  );
});

test("names that differ by case only are warned of", () => {
  withTree(
    { [file]: definition, "instances/edr/prod/config.yaml": "", "instances/edr/Prod/config.yaml": "" },
    (root) => {
      // A disk that ignores case holds one folder only.
      const { instances, diagnostics } = loadProject(root);
      expect(diagnostics.map(({ code }) => code)).toEqual(instances.length === 2 ? ["INSTANCE_DUPLICATE"] : []);
    },
  );
});

test.each([["missing"], ["products/edr/definition.yaml"]])("a root that is no folder, %s, is no project", (path) => {
  withTree({ [file]: definition }, (root) => {
    expect(codes(loadProject(join(root, path)))).toEqual(["PROJECT_NOT_FOUND"]);
  });
});

const scraps = fc.constantFrom(
  ..."name: |products:|produces:|settings:|- |  |: |{|}|[|]|\n|\t|&a |*a|<<: |!!str |? |'|\"|# |null|secret: yes|type: |mode: pull|---\n|%YAML 1.1\n|topic: |dst_instance: |é|\u0000|1e999|0x|__proto__: ".split(
    "|",
  ),
);
const nonsense = fc.oneof(
  fc.array(scraps, { maxLength: 25 }).map((parts) => parts.join("")),
  fc.json({ maxDepth: 5 }),
  fc
    .object({ maxDepth: 4 })
    .map((value) =>
      JSON.stringify({ produces: value, settings: [value, value], src_config: value, kind: value, topic: value }),
    ),
  fc.string({ unit: "binary" }),
);

test("no text at all makes loading throw, and every problem has a place", () => {
  fc.assert(
    fc.property(nonsense, (text) => {
      const paths = [
        "meshroom.yaml",
        file,
        "products/edr/integrations/q/events_consumer.yaml",
        "products/q/definition.yml",
        "instances/edr/a/config.yaml",
        "instances/q/b/config.yaml",
        "instances/edr/a/plugs/b/events.yaml",
      ];
      withTree(Object.fromEntries(paths.map((path) => [path, text])), (root) => {
        for (const { at } of loadProject(root).diagnostics) {
          expect(at?.line).toBeGreaterThan(0);
          expect(at?.column).toBeGreaterThan(0);
        }
      });
    }),
    { numRuns: 100 },
  );
});

test("a nesting that would end the parser's stack is answered", () => {
  withTree(
    { [file]: "[".repeat(200_000), "products/b/definition.yaml": `a: ${"{b: ".repeat(5000)}${"}".repeat(5000)}` },
    (root) => {
      const found = loadProject(root).diagnostics;
      expect(new Set(found.map(({ code }) => code))).toEqual(new Set(["YAML_SYNTAX"]));
    },
  );
});

test("300 products with 7,000 files load within seconds", () => {
  const files: Record<string, string> = {};
  for (let index = 0; index < 300; index++) {
    const path = `products/p${index}`;
    files[`${path}/definition.yaml`] =
      `name: p${index}\n${definition.slice(10)}settings:\n${"  - {name: url, required: true}\n".repeat(1)}`;
    for (const extra of Array.from({ length: 20 }, (_, each) => each))
      files[`${path}/integrations/p1/vendor/file${extra}.yaml`] = "not: [ours";
    files[`${path}/integrations/p1/events_consumer.yaml`] = "intake_format_uuid: 1\n";
    files[`${path}/integrations/p1/events_consumer.py`] = "";
  }
  withTree(files, (root) => {
    const start = process.cpuUsage();
    const project = loadProject(root);
    // Ten times what it takes; in time of the processor, which others do not take away.
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(5000);
    expect(codes(project)).toEqual([]);
    expect(project.products.size).toBe(300);
  });
});

function codes({ diagnostics }: Project): string[] {
  return diagnostics.map(({ code }) => code);
}
