// The real hook host: what hooks are given, what they leave, what they print, and where their errors are.
import { createServer } from "node:net";
import { HookProject, imports, lineOf, resultOf, signalled } from "./hook-project";

let project: HookProject;
beforeAll(() => {
  project = new HookProject();
});
afterAll(() => project.remove());

describe("a hook", () => {
  test("is given its context and answers with JSON", async () => {
    const heard = await project.run(
      "return { instance: c.instance.name, peer: c.peer.product, role: c.role, plug: c.plug.name, settings: c.instance.settings };",
    );
    expect(resultOf(heard)).toEqual({
      instance: "desk",
      peer: "edr",
      role: "consumer",
      plug: "events: agents -> desk",
      settings: { url: "http://siem" },
    });
  });

  test("runs in the project's folder, whatever the one before it did", async () => {
    await project.run('process.chdir("/");');
    expect(resultOf(await project.run("return process.cwd();"))).toBe(project.root);
  });

  test("sees nothing of Pulumi's and our own environment", async () => {
    process.env.PULUMI_CONFIG_PASSPHRASE = "canary";
    process.env.MESHROOM_SECRET_A = "canary";
    process.env.OTHER_VARIABLE = "seen";
    const fresh = new HookProject();
    try {
      const env = resultOf(await fresh.run("return { ...process.env };")) as Record<string, string>;
      expect(Object.keys(env).filter((name) => /^(PULUMI|MESHROOM)_/i.test(name))).toEqual([]);
      expect(env.OTHER_VARIABLE).toBe("seen");
      expect(JSON.stringify(env)).not.toContain("canary");
    } finally {
      delete process.env.PULUMI_CONFIG_PASSPHRASE;
      delete process.env.MESHROOM_SECRET_A;
      delete process.env.OTHER_VARIABLE;
      fresh.remove();
    }
  });

  test("of another name or kind is missing", async () => {
    const file = project.write("products/p/other.ts", `${imports}export const a = setup(async () => {});\n`);
    expect((await project.invoke(file, "b")).failure).toMatchObject({ rule: "missing" });
    expect((await project.invoke(file, "a", { kind: "teardown" })).failure).toMatchObject({
      rule: "missing",
      message: `${file} exports no teardown hook named a`,
    });
  });

  test("whose file does not load is told from one that fails", async () => {
    const file = project.write("products/p/broken.ts", 'throw new Error("broken");\n');
    expect((await project.invoke(file)).failure).toMatchObject({
      rule: "load",
      message: "broken",
      at: { file, line: 1 },
    });
  });

  test("that watches yields items until it ends", async () => {
    const file = project.write(
      "products/p/watch.ts",
      `${imports}export const run = watch(async function* () { yield 1; yield { two: 2 }; });\n`,
    );
    const heard = await project.invoke(file, "run", { kind: "watch" });
    expect(heard.events).toEqual(["item: 1", 'item: {"two":2}', "answered"]);
  });

  test("that watches goes on when what it has yielded is taken", async () => {
    const file = project.write(
      "products/p/slow.ts",
      `${imports}export const run = watch(async function* ({ log }) {
  try {
    yield 1;
    log.info("goes on");
    yield 2n;
  } finally {
    log.info("closed");
  }
});\n`,
    );
    const heard: string[] = [];
    const onLine = (_level: string, line: string) => void heard.push(lineOf(line));
    const onItem = async (value: unknown) => {
      heard.push(`given ${value}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      heard.push(`taken ${value}`);
    };
    const { failure } = await project.invoke(file, "run", { kind: "watch", onItem, onLine });
    expect(failure?.message).toMatch(/a watch hook yields JSON, but/);
    expect(heard).toEqual(["given 1", "taken 1", "goes on", "closed"]);
  });

  test("that watches ends by itself when it is cancelled", async () => {
    const file = project.write(
      "products/p/endless.ts",
      `${imports}export const run = watch(async function* ({ signal, log }) {
  yield 1;
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  log.info("closed");
});\n`,
    );
    const cancel = new AbortController();
    const onItem = () => cancel.abort();
    const heard = await project.invoke(file, "run", { kind: "watch", onItem, signal: cancel.signal });
    expect(heard.failure).toBeUndefined();
    expect((await project.invoke(file, "run", { kind: "watch", signal: cancel.signal })).failure?.message).toBe(
      "was cancelled",
    );
  });
});

describe("plug.settings", () => {
  test("are reported after every change, at any depth", async () => {
    const heard = await project.run(
      `const s = c.plug.settings;
       s.a = 1; s.deep = { list: [] }; s.deep.list.push("x"); delete s.a; s.deep.list[0] = { y: 1 }; s.deep.list[0].y = 2;
       return s.deep.list.includes(s.deep.list[0]) && s.deep === s.deep;`,
      { settings: { kept: true } },
    );
    expect(resultOf(heard)).toBe(true);
    expect(
      heard.events.filter((event) => event.startsWith("settings: ")).map((event) => JSON.parse(event.slice(10))),
    ).toEqual([
      { kept: true, a: 1 },
      { kept: true, a: 1, deep: { list: [] } },
      { kept: true, a: 1, deep: { list: ["x"] } },
      { kept: true, deep: { list: ["x"] } },
      { kept: true, deep: { list: [{ y: 1 }] } },
      { kept: true, deep: { list: [{ y: 2 }] } },
    ]);
  });

  test("may be replaced as a whole, by what they are made of", async () => {
    const heard = await project.run(
      "c.plug.settings = c.plug.settings; c.plug.settings = { ...c.plug.settings, b: 2 };",
      {
        settings: { a: 1 },
      },
    );
    expect(heard.settings).toEqual({ a: 1, b: 2 });
  });

  test("changed behind the proxy's back are reported at the end", async () => {
    const heard = await project.run("const o = { n: 1 }; c.plug.settings.o = o; o.n = 2;");
    expect(heard.settings).toEqual({ o: { n: 2 } });
  });

  test.each([
    ["throws", 'throw new Error("x")', "failed"],
    ["exits", "process.exit(0)", "exited"],
    ["is killed", 'process.kill(process.pid, "SIGKILL"); await new Promise(() => {})', "exited"],
    ["rejects unawaited", 'Promise.reject(new Error("x")); await new Promise(() => {})', "failed"],
  ])("are kept when the hook then %s", async (_, end, rule) => {
    const heard = await project.run(`c.plug.settings.id = 7; await c.plug.setSecret("key", "s3cret"); ${end};`);
    expect(heard.failure?.rule).toBe(rule);
    expect(heard.events).toEqual(['settings: {"id":7}', "set-secret: key=s3cret", "failed"]);
  });

  test.each([
    ["() => 1", "is a function"],
    ["undefined", "is undefined"],
    ["NaN", "is NaN"],
    ["1n", "is a bigint"],
    ["new Date()", "is a Date"],
    ["[1, { deep: new Map() }]", "[1].deep is a Map"],
    ["c.plug.settings", "contains itself"],
    ["{ up: c.plug.settings }", "contains itself"],
  ])("refuse %s and stay as they were", async (value, problem) => {
    const heard = await project.run(`try { c.plug.settings.x = ${value}; } finally { c.plug.settings.y = 1; }`);
    expect(heard.failure).toMatchObject({ rule: "result", at: { line: 2 } });
    expect(heard.failure?.message).toContain(problem);
    expect(heard.settings).toEqual({ y: 1 });
  });

  test("refuse a member of a list and keep its length", async () => {
    const heard = await project.run("try { c.plug.settings.list.push(1n); } catch {} c.plug.settings.done = true;", {
      settings: { list: [1] },
    });
    expect(heard.settings).toEqual({ list: [1], done: true });
  });
});

test.each([
  ["() => 1", "a hook returns JSON or nothing, but the result is a function"],
  ["{ a: undefined }", "a hook returns JSON or nothing, but the result.a is undefined"],
  ["[NaN]", "a hook returns JSON or nothing, but the result[0] is NaN"],
  ["10n", "a hook returns JSON or nothing, but the result is a bigint"],
  [
    "(() => { const o = {}; o.o = o; return o; })()",
    "a hook returns JSON or nothing, but the result.o contains itself",
  ],
  ["{ at: new Date() }", "a hook returns JSON or nothing, but the result.at is a Date"],
])("a result of %s is refused", async (value, message) => {
  expect((await project.run(`return ${value};`)).failure).toMatchObject({ rule: "result", message });
});

describe("secrets", () => {
  test("are asked of the parent, each with its scope", async () => {
    const secret = async (scope: string, name: string) => `${scope}/${name}`;
    const heard = await project.run(
      'return [await c.instance.secret("A"), await c.peer.secret("B"), await c.plug.secret("C")];',
      { secret },
    );
    expect(resultOf(heard)).toEqual(["instance/A", "peer/B", "plug/C"]);
  });

  test("that are refused fail the hook where it asks", async () => {
    const secret = async () => {
      throw new Error("secret desk.A is not set");
    };
    const heard = await project.run('\n  await c.instance.secret("A");\n', { secret });
    expect(heard.failure).toMatchObject({ rule: "failed", message: "secret desk.A is not set", at: { line: 3 } });
  });

  test("are known to the parent before the hook goes on", async () => {
    let known = 0n;
    const heard = await project.run('await c.plug.setSecret("k", "v"); return String(process.hrtime.bigint());', {
      // Slow to learn of it, as a busy parent is.
      onSetSecret: () => {
        const start = process.hrtime.bigint();
        while (known < start + 50_000_000n) known = process.hrtime.bigint();
      },
    });
    expect(BigInt(String(resultOf(heard)))).toBeGreaterThan(known);
  });

  test("are forgotten, and refused when they are no text", async () => {
    expect((await project.run('await c.plug.deleteSecret("k");')).events).toEqual(["set-secret: k=null", "answered"]);
    expect((await project.run('await c.plug.setSecret("k", 1);')).failure?.rule).toBe("result");
  });
});

describe("output", () => {
  test("of every kind comes before the answer, as the hook's own", async () => {
    const heard = await project.run(`
      console.log("one\\ntwo");
      process.stdout.write("no newline");
      console.error("problem");
      process.stderr.write("half");
      const { spawnSync } = await import("node:child_process");
      spawnSync("sh", ["-c", "printf child; printf fault >&2"], { stdio: "inherit" });
      c.log.warn("careful"); c.log.debug("detail");`);
    expect(heard.events.at(-1)).toBe("answered");
    // What a program prints on its own stderr comes on another way.
    const inOrder = heard.events.filter((event) => event !== "info: fault");
    expect(heard.events).toHaveLength(inOrder.length + 1);
    expect(inOrder).toEqual([
      ...["one", "two", "no newline", "problem", "halfchild"].map((line) => `info: ${line}`),
      ...["warning: careful", "debug: detail", "answered"],
    ]);
  });

  test("keeps its order, whichever way it was said", async () => {
    const heard = await project.run(`
      for (let i = 0; i < 20; i++) { console.log("out", i); c.log.info("log " + i); console.error("err", i); }`);
    const expected = Array.from({ length: 20 }, (_, i) => [`out ${i}`, `log ${i}`, `err ${i}`]).flat();
    expect(heard.events).toEqual([...expected.map((line) => `info: ${line}`), "answered"]);
  });

  test("after its hook's end is still that hook's", async () => {
    const file = project.write(
      "products/p/print-late.ts",
      `${imports}let go;
export const first = execute(() => void new Promise((resolve) => (go = resolve)).then(() => console.log("late one")));
export const second = execute(async () => {
  go();
  await new Promise(setImmediate);
  console.log("my own");
});
`,
    );
    const late: string[] = [];
    const onLine = (_: string, line: string) => void late.push(lineOf(line));
    await project.invoke(file, "first", { onLine });
    expect((await project.invoke(file, "second")).events).toEqual(["info: my own", "answered"]);
    expect(late).toEqual(["late one"]);
  });

  test("comes before a failure and before process.exit", async () => {
    expect((await project.run('console.log("x"); throw new Error("y");')).events).toEqual(["info: x", "failed"]);
    expect((await project.run('process.stdout.write("x"); process.exit(3);')).events).toEqual(["info: x", "failed"]);
  });

  test("is the hook's own even when it holds what ends output, or when the hook took over the streams", async () => {
    const odd = await project.run(
      'console.log("a\\u001eb"); console.log("\\u001e99999"); process.stdout.write("c\\u001e");',
    );
    expect(odd.events).toEqual(["info: a\\u001eb", "info: \\u001e99999", "info: c\\u001e", "answered"]);
    const own = await project.run(
      "const { write } = process.stdout; process.stdout.write = () => true; setImmediate(() => { process.stdout.write = write; });",
    );
    expect(own.events).toEqual(["answered"]);
  });

  test("of two hooks at once goes to each", async () => {
    const talk = (word: string) =>
      project.run(`for (let i = 0; i < 20; i++) { console.log("${word}"); await new Promise(setImmediate); }`);
    const [a, b] = await Promise.all([talk("a"), talk("b")]);
    expect(a.events).toEqual([...Array(20).fill("info: a"), "answered"]);
    expect(b.events).toEqual([...Array(20).fill("info: b"), "answered"]);
  });

  test("of 10 MB in lines is cut", async () => {
    const heard = await project.run(
      'const line = "x".repeat(99) + "\\n"; for (let i = 0; i < 1000; i++) process.stdout.write(line.repeat(100));',
    );
    expect(heard.events).toHaveLength(202);
    expect(heard.events.slice(-2)).toEqual(["info: ... further output of this hook is not shown", "answered"]);
  });

  test("of 10 MB in one line is cut", async () => {
    const heard = await project.run(
      'for (let i = 0; i < 10; i++) process.stdout.write("x".repeat(1e6)); console.log("\\nend");',
    );
    expect(heard.events.map((event) => event.length)).toEqual([
      "info: ".length + 4010,
      "info: end".length,
      "answered".length,
    ]);
  });

  test("is masked before it is cut", async () => {
    const secret = "s3cret-s3cret";
    const heard = await project.run(`console.log("x".repeat(3995) + "${secret}");`, {
      hide: (line) => line.replaceAll(secret, "[secret]"),
    });
    expect(heard.events.join()).not.toContain("s3c");
  });
});

describe("an error is placed", () => {
  test("in the TypeScript file that throws, past types and blank lines", async () => {
    const file = project.write(
      "products/p/place.ts",
      `${imports}import { boom } from "./helper";

interface Shape {
  a: string;
}

type Two = { one: Shape };

export const direct = execute(async () => {
  const shape: Shape = { a: "x" } satisfies Shape;

  throw new TypeError("bad " + shape.a);
});
export const helped = execute(async () => { await null; const two = {} as Two; boom(two); });
`,
    );
    project.write(
      "products/p/helper.ts",
      "interface Q {\n  a: 1;\n}\n\nexport function boom(_: unknown): never {\n  throw new Error('helper');\n}\n",
    );
    expect((await project.invoke(file, "direct")).failure).toMatchObject({
      rule: "failed",
      message: "bad x",
      at: { file, line: 13, column: 9 },
    });
    expect((await project.invoke(file, "helped")).failure?.at).toEqual({
      file: "products/p/helper.ts",
      line: 6,
      column: 9,
    });
  });

  test("within a few columns on a line that compiling moves", async () => {
    const file = project.write(
      "products/p/column.ts",
      `${imports}import { parse } from "node:path";\nexport const run = execute(async () => { JSON.parse("{"); parse(1 as never); });\n`,
    );
    const { at } = (await project.invoke(file)).failure ?? {};
    expect(at).toMatchObject({ file, line: 3 });
    expect(Math.abs((at?.column ?? 0) - 47)).toBeLessThanOrEqual(5);
  });

  test("with its causes in the message", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
    );
    await new Promise((resolve) => server.close(resolve));
    const heard = await project.run(`\n  await fetch("http://127.0.0.1:${port}/");`);
    expect(heard.failure?.message).toBe(`fetch failed: connect ECONNREFUSED 127.0.0.1:${port}`);
    expect(heard.failure?.at).toMatchObject({ line: 3 });
    const nested = await project.run('throw new Error("a", { cause: new AggregateError([new Error("b"), "c"]) });');
    expect(nested.failure?.message).toBe("a: b c");
  });

  test.each([
    ['"text"', "text"],
    ["undefined", "no message"],
    ["{ code: 7 }", "{ code: 7 }"],
    ["null", "no message"],
  ])("nowhere when %s is thrown, but told", async (thrown, message) => {
    expect((await project.run(`throw ${thrown};`)).failure).toMatchObject({ message, at: undefined });
  });
});

describe("an error that nobody awaits", () => {
  test("fails its own hook", async () => {
    const heard = await project.run('setTimeout(() => { throw new Error("stray"); }, 1); await new Promise(() => {});');
    expect(heard.failure).toMatchObject({ rule: "failed", message: "stray", at: { line: 2 } });
  });

  test("and comes after its hook's end is a warning of that hook, not a failure of another", async () => {
    const late = signalled<string>();
    const one = new HookProject();
    try {
      const file = one.write(
        "products/p/late.ts",
        `${imports}let isSecond = false;
export const first = execute(() => {
  const timer = setInterval(() => {
    if (!isSecond) return;
    clearInterval(timer);
    throw new Error("too late");
  }, 1);
  return process.pid;
});
export const second = execute(async () => {
  isSecond = true;
  await new Promise((seen) => process.once("uncaughtExceptionMonitor", seen));
  return process.pid;
});
`,
      );
      const first = await one.invoke(file, "first", {
        onLine: (level, line) => late.resolve(`${level}: ${lineOf(line)}`),
      });
      const second = await one.invoke(file, "second");
      expect(resultOf(second)).toBe(resultOf(first));
      expect(second.events).toEqual(["answered"]);
      expect(await late.promise).toMatch(
        /^warning: an error that the hook did not wait for came after its end: too late/,
      );
    } finally {
      one.remove();
    }
  });
});
