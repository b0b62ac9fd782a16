// Hooks that exit, hang or eat memory: they fail their own job, the next one runs, and nothing is left behind.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { patience, slowness, waitFor } from "../patience";
import { HookProject, imports, lineOf, resultOf, signalled, TITLE } from "./hook-project";

let project: HookProject;
beforeAll(() => {
  project = new HookProject({ graceSeconds: 0.3, heapMiB: 48 });
});
afterAll(() => project.remove());

const nextWorks = async () => expect(resultOf(await project.run("return 1;"))).toBe(1);

/** A zombie, which waits for a parent that never asks, counts as gone. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync("/proc/self/stat") || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Nothing tells of the end of a process that is not one's own child, so it is looked for. */
async function gone(pid: number): Promise<void> {
  await waitFor(`the end of process ${pid}`, () => !lives(pid));
}

describe("a hook that ends its process", () => {
  test.each([
    ["process.exit(3)", "called process.exit(3)"],
    ["process.exitCode = 4; process.exit()", "called process.exit(4)"],
    ['process.kill(process.pid, "SIGTERM"); await new Promise(() => {})', "ended its process (SIGTERM)"],
    [
      'require("node:fs").writeSync(4, "not a message\\n"); await new Promise(() => {})',
      "what it reported could not be handled",
    ],
  ])("by %s fails, and the next runs in a new one", async (body, message) => {
    const before = resultOf(await project.run("return process.pid;"));
    const { failure } = await project.run(`${body};`);
    expect(failure?.message).toContain(message);
    expect(resultOf(await project.run("return process.pid;"))).not.toBe(before);
  });

  test("after its own end is named as the culprit", async () => {
    const file = project.write(
      "products/p/exit-late.ts",
      `${imports}let isSecond = false;
export const first = execute(() => void setInterval(() => isSecond && process.exit(5), 1));
export const second = execute(() => {
  isSecond = true;
  return new Promise(() => {});
});
`,
    );
    expect((await project.invoke(file, "first")).failure).toBeUndefined();
    const { failure } = await project.invoke(file, "second");
    expect(failure).toMatchObject({
      rule: "exited",
      message: "an earlier hook in the same process called process.exit(5)",
    });
    await nextWorks();
  });

  test("by eating memory is told so", async () => {
    const heard = await project.run("const all = []; for (;;) all.push(new Array(1e5).fill(Math.random()));");
    expect(heard.failure).toMatchObject({
      rule: "exited",
      message: "ended its process (SIGABRT: perhaps out of memory)",
    });
    expect(heard.events.join("\n")).toContain("heap out of memory");
    await nextWorks();
  });

  test("takes what it started with it, and its output does not keep the job waiting", async () => {
    const heard = await project.run(`
      const child = require("node:child_process").spawn("sleep", ["1000"], { stdio: "inherit" });
      console.log(child.pid);
      process.exit(1);`);
    expect(heard.failure?.rule).toBe("exited");
    await gone(Number(heard.events[0]?.slice("info: ".length)));
  });
});

describe("a hook that does not end", () => {
  test("is killed with what it started when its time is up", async () => {
    const heard = await project.run(
      `const child = require("node:child_process").spawn("sleep", ["1000"]);
       c.plug.settings.id = child.pid;
       for (;;);`,
      { timeout: 0.5 },
    );
    expect(heard.failure).toMatchObject({ rule: "timeout", message: "did not end within its time limit of 0.5 s" });
    await gone(heard.settings?.id as number);
    await nextWorks();
  });

  test("sees its signal, may clean up, and has failed all the same", async () => {
    const patient = new HookProject({ graceSeconds: patience() / 1000 });
    const heard = await patient.run(
      `if (!c.signal.aborted) await new Promise((resolve) => c.signal.addEventListener("abort", resolve));
       c.log.info(c.signal.reason.message);
       return process.pid;`,
      { timeout: 0.2 },
    );
    patient.remove();
    expect(heard.failure?.rule).toBe("timeout");
    expect(heard.events).toEqual(["info: did not end within its time limit of 0.2 s", "failed"]);
  });

  test("is killed when it does not heed being cancelled", async () => {
    const cancel = new AbortController();
    const onLine = () => cancel.abort();
    const heard = await project.run('c.log.info("at work"); for (;;);', { signal: cancel.signal, onLine });
    expect(heard.failure).toMatchObject({ rule: "exited", message: "was cancelled" });
    await nextWorks();
  });

  test("does not meet the next one after a stray error", async () => {
    const heard = await project.run(
      'c.log.info(process.pid); Promise.reject(new Error("stray")); await new Promise(() => {});',
    );
    expect(heard.failure?.message).toBe("stray");
    await gone(Number(heard.events[0]?.slice("info: ".length)));
    await nextWorks();
  });

  test("is cancelled alone: the next one in its process is not", async () => {
    const cancel = new AbortController();
    const first = await project.run("return process.pid;", { signal: cancel.signal });
    cancel.abort();
    const second = await project.run("await new Promise(setImmediate); return [process.pid, c.signal.aborted];");
    expect(resultOf(second)).toEqual([resultOf(first), false]);
  });
});

describe("a pool", () => {
  test("runs many short jobs in few hosts", async () => {
    const file = project.write("products/p/pid.ts", `${imports}export const run = execute(() => process.pid);\n`);
    const pids = await Promise.all(Array.from({ length: 200 }, () => project.invoke(file).then(resultOf)));
    // Jobs that are not short, since the machine is busy, deserve more of them.
    expect(new Set(pids).size).toBeLessThanOrEqual(4 * slowness());
  });

  test("grows while jobs wait, to its most and no further", async () => {
    const crowd = new HookProject({ heapMiB: 48, mostHosts: 3 });
    try {
      const started = new Set<string>();
      const three = signalled();
      const onLine = (_: string, pid: string) => {
        started.add(pid);
        if (started.size === 3) three.resolve();
      };
      const secret = async () => three.promise.then(() => "go");
      const file = crowd.write(
        "products/p/wait.ts",
        `${imports}export const run = execute(async (c) => { c.log.info(process.pid); await c.instance.secret("go"); return process.pid; });\n`,
      );
      const jobs = Array.from({ length: 9 }, () => crowd.invoke(file, "run", { onLine, secret }).then(resultOf));
      expect(new Set(await Promise.all(jobs)).size).toBe(3);
    } finally {
      crowd.remove();
    }
  });

  test("goes on with what waits when the only free host is lost", async () => {
    const pair = new HookProject({ mostHosts: 2 });
    try {
      const release = signalled();
      const waits = pair.run('await c.instance.secret("go");', { secret: () => release.promise.then(() => "go") });
      const exits = pair.run("process.exit(1);");
      const waiting = [pair.run("return 1;"), pair.run("return 2;")];
      expect((await exits).failure?.rule).toBe("exited");
      expect((await Promise.all(waiting)).map(resultOf)).toEqual([1, 2]);
      release.resolve();
      expect((await waits).failure).toBeUndefined();
    } finally {
      pair.remove();
    }
  });

  test("that is closed kills hosts at work with what they started, and refuses more", async () => {
    const closing = new HookProject();
    const pids = signalled<number[]>();
    const busy = closing.run(
      'const child = require("node:child_process").spawn("sleep", ["1000"]); console.log(process.pid, child.pid); setImmediate(() => { for (;;); }); await new Promise(() => {});',
      { onLine: (_, line) => pids.resolve(lineOf(line).split(" ").map(Number)) },
    );
    const all = await pids.promise;
    closing.remove();
    await Promise.all(all.map(gone));
    expect((await busy).failure?.rule).toBe("exited");
    expect((await closing.invoke("x.ts")).failure?.message).toBe("the run is being ended");
  });

  test("says why where no host can start", async () => {
    const lost = new HookProject();
    rmSync(lost.root, { recursive: true });
    const { failure } = await lost.invoke("x.ts");
    lost.remove();
    expect(failure).toMatchObject({ rule: "host", message: expect.stringContaining("the hook host does not start") });
  });
});

describe("a host whose parent is killed", () => {
  /** A process that runs one hook in a host and prints what the hook prints. */
  function startParent(file: string): ChildProcess {
    const pool = JSON.stringify(join(__dirname, "../../provider/dist/hooks/hosts/host-pool.js"));
    const request = { type: "invoke", root: project.root, file, export: "run", kind: "execute", context: {} };
    const script = `new (require(${pool}).HostPool)(${JSON.stringify(project.root)}).run({ request: ${JSON.stringify(request)}, title: "${TITLE}", timeout: ${patience() / 1000}, onLine: (_, line) => console.log(line) });`;
    return spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  }

  test.each([
    ["waits", "return new Promise(() => {});"],
    ["loops", "setImmediate(() => { for (;;); }); return new Promise(() => {});"],
  ])("ends with what its hook started, though the hook %s", async (_, body) => {
    const file = project.write(
      `products/p/orphan-${body.length}.ts`,
      `${imports}export const run = execute(() => { const child = require("node:child_process").spawn("sleep", ["1000"]); console.log(process.pid, child.pid); ${body} });\n`,
    );
    const parent = startParent(file);
    const [line] = await once(createInterface(parent.stdout as NodeJS.ReadableStream), "line");
    const pids = lineOf(String(line)).split(" ").map(Number);
    expect(pids.every(lives)).toBe(true);
    parent.kill("SIGKILL");
    await Promise.all(pids.map(gone));
  });
});
