// What pull and publish hooks are helped with, and the two commands that run them.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Catalogue, generateFiles, Repository } from "../../provider/src/hooks/imported/catalogue";
import { loadProject } from "../../provider/src/model/load-project";
import { mustSucceed, Room } from "./room";

const rooms: Room[] = [];
afterAll(() => {
  for (const room of rooms) room.remove();
});

function makeRoom(files: Record<string, string> = {}): Room {
  const room = new Room(files);
  rooms.push(room);
  return room;
}

describe("a catalogue", () => {
  const room = makeRoom({
    "products/siem/definition.yaml": "# Ours.\ntags: [siem]\nconsumes:\n  events:\n    - { mode: push } # by syslog\n",
  });
  const catalogue = new Catalogue(room.folder);
  const place = {
    product: "siem",
    target: "okta",
    topic: "events",
    role: "consumer",
    format: "json",
    mode: "pull",
  } as const;
  const write = () => [
    catalogue.product("okta", { vendor: "Okta" }),
    catalogue.capability("okta", "producer", "events", { format: "json" }),
    catalogue.capability("siem", "consumer", "events", { mode: "pull", format: "json" }),
    catalogue.capability("siem", "consumer", "events", { mode: "push" }),
    catalogue.integration(place, { intake_format_uuid: "0f6e" }),
  ];

  test("writes what is missing, and the second time nothing", () => {
    expect(write()).toEqual([true, true, true, false, true]);
    expect(write()).toEqual([false, false, false, false, false]);
  });

  test("what it has written loads as it was meant", () => {
    const { products, diagnostics } = loadProject(room.folder);
    expect(diagnostics).toEqual([]);
    expect(products.get("okta")).toMatchObject({
      vendor: "Okta",
      capabilities: [{ role: "producer", topic: "events" }],
    });
    const [integration] = products.get("siem")?.integrations ?? [];
    expect(integration).toMatchObject({
      target: "okta",
      topic: "events",
      role: "consumer",
      extra: { intake_format_uuid: "0f6e" },
    });
    expect(integration?.constraints).toEqual({ mode: "pull", format: "json" });
  });

  test("keeps what is written in the short form of a list", () => {
    room.write("products/short/definition.yaml", "consumes:\n  events: { mode: push }\n");
    expect(catalogue.capability("short", "consumer", "events", { mode: "push" })).toBe(false);
    expect(catalogue.capability("short", "consumer", "events", { mode: "pull" })).toBe(true);
    const { capabilities = [] } = loadProject(room.folder).products.get("short") ?? {};
    expect(capabilities.map(({ constraints }) => constraints.mode)).toEqual(["push", "pull"]);
  });

  test("keeps what people have written", () => {
    expect(room.read("products/siem/definition.yaml")).toMatch(
      /^# Ours\.\ntags: \[siem\]\nconsumes:\n {2}events:\n {4}- \{ mode: push \} # by syslog\n/,
    );
  });

  test("a topic that its file's name can't say is said by a key", () => {
    catalogue.integration({ product: "okta", target: "siem", topic: "x_trigger", role: "producer" });
    const found = loadProject(room.folder)
      .products.get("okta")
      ?.integrations.map(({ topic, role }) => [topic, role]);
    expect(found).toEqual([["x_trigger", "producer"]]);
  });

  test.each(["../out", "a/b", ".git", ""])("refuses the name %j", (name) => {
    expect(() => catalogue.product(name)).toThrow(/NAME_INVALID/);
    expect(() => catalogue.integration({ ...place, target: name })).toThrow(/NAME_INVALID/);
  });
});

describe("files from templates", () => {
  const room = makeRoom({
    "templates/%NAME%/read.me": "this is %NAME%, run $& by %NAME%\n",
    "templates/kept.txt": "new",
  });
  writeFileSync(join(room.folder, "templates/image.png"), Buffer.from([0, 0xff, 0x25]));
  mkdirSync(join(room.folder, "out"));
  writeFileSync(join(room.folder, "out/kept.txt"), "old");
  const generate = (options: Parameters<typeof generateFiles>[2]) =>
    generateFiles(join(room.folder, "templates"), join(room.folder, "out"), options);

  test("fill placeholders in names and texts, and overwrite nothing", () => {
    expect(generate({ placeholders: { "%NAME%": "$1" } })).toEqual(["$1/read.me", "image.png"]);
    expect(room.read("out/$1/read.me")).toBe("this is $1, run $& by $1\n");
    expect(room.read("out/kept.txt")).toBe("old");
  });

  test("overwrite where they are told to, and never leave the folder", () => {
    expect(generate({ overwrite: true, placeholders: { "%NAME%": "b" } })).toContain("kept.txt");
    expect(() => generate({ placeholders: { "%NAME%": "../../x" } })).toThrow(/lead out of/);
  });
});

test("a repository is cloned, changed, pushed and brought up to date", async () => {
  const { folder } = makeRoom();
  const [origin, one, two] = ["origin.git", "one", "two"].map((name) => join(folder, name)) as [string, string, string];
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.invalid"];
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch", "main", origin]);
  execFileSync("git", ["clone", "--quiet", origin, one], { stdio: "ignore" });
  execFileSync("git", [...identity, "commit", "--quiet", "--allow-empty", "-m", "first"], { cwd: one });
  for (const [key, value] of [
    ["user.name", "test"],
    ["user.email", "test@example.invalid"],
  ]) {
    execFileSync("git", ["config", key as string, value as string], { cwd: one });
  }
  const mine = Repository.open(one);
  await mine.push();
  const theirs = await Repository.clone(origin, two);
  writeFileSync(join(one, "new.txt"), "new");
  expect(await mine.commit("add new")).toBe(true);
  expect(await mine.commit("nothing")).toBe(false);
  await mine.push();
  await Repository.clone(origin, two);
  expect(existsSync(join(two, "new.txt"))).toBe(true);
  await mine.checkout("offer");
  await mine.push();
  expect(execFileSync("git", ["branch", "--list", "offer"], { cwd: origin, encoding: "utf8" })).toContain("offer");
  expect([await theirs.branch(), await mine.branch(), await mine.remote()]).toEqual(["main", "offer", origin]);
});

describe("pull and publish", () => {
  const room = makeRoom({
    "products/siem/definition.yaml": "consumes:\n  events: [{}]\n",
    "products/siem/catalogue.ts": `import { publish, pull } from "pulumi-meshroom/hooks";
import { Catalogue } from "pulumi-meshroom/catalogue";

/** Bring the vendor's integrations */
export const bring = pull(async ({ product, root, log }) => {
  const catalogue = new Catalogue(root);
  for (const target of ["okta", "entra"]) {
    catalogue.product(target);
    catalogue.integration({ product, target, topic: "events", role: "consumer" }, { uuid: target });
    log.info(\`brought \${target}\`);
  }
});

/** Hand the integration over */
export const hand = publish(async ({ integration, log }) => {
  if (integration?.target === "entra") throw new Error("the vendor does not want it");
  log.info(\`handed over \${integration?.target} \${integration?.uuid}\`);
});
`,
  });

  test("pull writes into the tree and tells what it does", async () => {
    const ran = mustSucceed(await room.meshroom(["pull", "siem"]));
    expect(ran.stdout).toBe("siem: Bring the vendor's integrations: done\n");
    expect(ran.stderr).toContain("brought entra");
    expect([...loadProject(room.folder).products.keys()]).toEqual(["entra", "okta", "siem"]);
  });

  test("publish hands over what was asked for", async () => {
    const ran = mustSucceed(await room.meshroom(["publish", "siem", "okta", "--json"]));
    expect(JSON.parse(ran.stdout)).toMatchObject([{ product: "siem", integration: "siem with okta, events consumer" }]);
    expect(ran.stderr).toContain("handed over okta okta");
  });

  test("a publish hook that fails is told with its place", async () => {
    const ran = await room.meshroom(["publish"]);
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.stderr).toMatch(
      /products\/siem\/catalogue\.ts:\d+:\d+: error: publish hook .*: the vendor does not want it \[HOOK_FAILED\]/,
    );
  });

  test("where there is no such hook, the command says how to write one", async () => {
    const ran = await room.meshroom(["pull", "okta"]);
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.stderr).toMatch(/product okta has no pull hook \[HOOK_NOT_FOUND\]\n.*import \{ pull \}/);
  });
});
