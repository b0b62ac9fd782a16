// The journal: what is written is read again, whatever a kill, another key or another hand has done to the file.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Journal, readJournal } from "../../provider/src/journal/journal";
import { foldRecords, type Operation } from "../../provider/src/journal/operations";
import { findBackend, journalFile } from "../../provider/src/journal/place";
import { decodeRecords, encodeRecord } from "../../provider/src/journal/records";
import { journalKey, makeSeal } from "../../provider/src/journal/seal";

const CANARY = "c4nary-secret";
const urn = "urn:pulumi:lab::soc::meshroom:index:Mesh$pulumi-nodejs:dynamic/meshroom:Plug::events: edge -> siem";
const seal = makeSeal(Buffer.alloc(32, 1));

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-"));
  file = join(folder, "lab.journal");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function creation(id = "plug-1"): Parameters<Journal["begin"]>[0] {
  return {
    urn,
    id,
    kind: "create",
    attempt: "a1",
    base: "b",
    want: "w",
    tornDown: 0,
    properties: { state: {}, __done: 0, __touched: [] },
  };
}

const open = (options: Partial<Parameters<typeof Journal.open>[0]> = {}) => Journal.open({ file, seal, ...options });

function operations(): Operation[] {
  return [...readJournal(file, seal).folded.operations.values()];
}

test("what a killed run has begun, stored and done is there for the next", async () => {
  const journal = await open();
  const of = creation();
  await journal.begin(of);
  journal.step(of, 0, "destination", 10);
  journal.stored(of, { state: { intake: "7" }, __secretState: { token: CANARY } });
  journal.done(of, 0);
  journal.step(of, 1, "source", 10);
  expect(operations()).toMatchObject([
    {
      kind: "create",
      run: 1,
      isEnded: false,
      inFlight: { step: 1, side: "source" },
      properties: {
        state: { intake: "7" },
        __secretState: { token: CANARY },
        __done: 1,
        __touched: ["destination", "source"],
      },
    },
  ]);
  expect(readFileSync(file, "utf8")).not.toContain(CANARY);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  journal.close(false);
  expect((await open()).operationsOf(urn)).toEqual(operations());
});

test("what the state holds is forgotten, the rest is kept", async () => {
  const journal = await open();
  await journal.begin(creation("plug-1"));
  journal.end(creation("plug-1"), creation().properties);
  await journal.begin(creation("plug-2"));
  journal.close(true);
  expect(operations().map(({ id }) => id)).toEqual(["plug-2"]);
  const next = await open();
  expect(next.run).toBe(2);
  next.close(true);
  expect(operations().map(({ id }) => id)).toEqual(["plug-2"]);
});

test("of a deletion, the steps that have ended are known", async () => {
  const journal = await open();
  await journal.begin({ ...creation(), kind: "delete" });
  journal.step(creation(), 0, "source", 1);
  journal.done(creation(), 0);
  journal.close(false);
  expect(operations()).toMatchObject([{ kind: "delete", tornDown: 1, properties: { __done: 0, __touched: [] } }]);
});

test("a second run waits for the hooks of the first, and says how long at most", async () => {
  const first = await open();
  await first.begin(creation());
  first.step(creation(), 0, "source", 40);
  let seconds = 0;
  let second: Promise<Journal> | undefined;
  await new Promise<void>((resolve) => {
    const onWait = (said: number) => {
      seconds = said;
      resolve();
    };
    second = open({ onWait });
  });
  expect(seconds).toBeGreaterThan(40);
  expect(seconds).toBeLessThanOrEqual(56);
  first.close(true);
  (await second)?.close(true);
});

test("a torn end and foreign lines are named and kept; what can be read counts", async () => {
  const journal = await open();
  await journal.begin(creation("plug-1"));
  await journal.begin(creation("plug-2"));
  journal.close(false);
  appendFileSync(file, "00000000 {}\nwho was here\n");
  appendFileSync(file, encodeRecord({ type: "settled", urn, id: "plug-1" }).slice(0, -5));
  const damage: string[] = [];
  const next = await open({ onDamage: (what) => damage.push(what) });
  expect(next.operationsOf(urn).map(({ id }) => id)).toEqual(["plug-1", "plug-2"]);
  expect(damage).toEqual([expect.stringContaining(`${file}.damaged-`)]);
  expect(readdirSync(folder).filter((name) => name.includes("damaged"))).toHaveLength(1);
});

test("what another key has closed is named, and counts for nothing", async () => {
  const journal = await open();
  await journal.begin(creation());
  journal.close(false);
  const damage: string[] = [];
  const next = await open({ seal: makeSeal(Buffer.alloc(32, 2)), onDamage: (what) => damage.push(what) });
  expect(next.all()).toEqual([]);
  expect(damage).toEqual([expect.stringMatching(/another key has encrypted, of events: edge -> siem/)]);
});

test("wherever a file is cut off, all whole records before count and at most one line is damaged", () => {
  const records = [1, 2, 3].map((step) => ({ type: "done", urn, id: "é", step }) as const);
  const text = Buffer.from(records.map(encodeRecord).join(""));
  fc.assert(
    fc.property(fc.nat(text.length), (length) => {
      writeFileSync(file, text);
      truncateSync(file, length);
      const { records: read, damaged } = decodeRecords(readFileSync(file, "utf8"));
      expect(read).toEqual(records.slice(0, read.length));
      expect(damaged.length).toBeLessThanOrEqual(1);
    }),
  );
});

test("ten thousand entries are read within a blink", () => {
  const properties = seal.close({ ...creation().properties, text: "x".repeat(700) });
  const { properties: _, ...rest } = creation();
  const text = Array.from({ length: 10_000 }, (_, index) =>
    encodeRecord({ type: "begin", ...rest, id: `plug-${index}`, run: 1, properties }),
  ).join("");
  expect(foldRecords(decodeRecords(text).records, seal).operations.size).toBe(10_000);
});

test("a writer that is killed loses nothing of what it was answered", async () => {
  const dist = join(__dirname, "../../provider/dist/journal");
  const program = `
    const { Journal } = require(${JSON.stringify(join(dist, "journal.js"))});
    const { makeSeal } = require(${JSON.stringify(join(dist, "seal.js"))});
    Journal.open({ file: ${JSON.stringify(file)}, seal: makeSeal(Buffer.alloc(32, 1)) }).then(async (journal) => {
      for (let id = 1; ; id++) {
        await journal.begin({ ...${JSON.stringify(creation())}, id: "plug-" + id });
        require("node:fs").writeSync(1, id + "\\n");
      }
    });`;
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  let told = "";
  child.stdout.on("data", (chunk) => {
    told += String(chunk);
    if (told.split("\n").length > 20) child.kill("SIGKILL");
  });
  await once(child, "close");
  const last = told.split("\n").filter(Boolean).length;
  expect(operations().length).toBeGreaterThanOrEqual(last);
  // The lock went with its holder.
  (await open()).close(false);
});

describe("the place", () => {
  const owner = () => ({ root: folder, programFolder: folder, urn });
  const environment = (more: NodeJS.ProcessEnv = {}) => ({ HOME: join(folder, "home"), ...more });

  test("each stack, project and backend has a journal of its own, readable by the user alone; the key lies elsewhere", () => {
    const base = mkdtempSync(join(tmpdir(), "journal-home-"));
    const at = (more: NodeJS.ProcessEnv, of = urn) =>
      journalFile({ ...owner(), urn: of }, { HOME: base, PULUMI_BACKEND_URL: "file:///a", ...more });
    const files = [at({}), at({}, urn.replace("lab", "prod")), at({}, urn.replace("soc", "noc"))];
    files.push(at({ PULUMI_BACKEND_URL: "s3://b" }));
    expect(new Set(files).size).toBe(4);
    expect(at({ PULUMI_BACKEND_URL: "file:///a?metadata=skip" })).toBe(files[0]);
    journalKey(folder, { HOME: base });
    const key = readdirSync(base, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith("/key"));
    expect(key).toHaveLength(1);
    expect(join(base, key[0] as string, "..")).not.toBe(join(files[0] as string, ".."));
    expect(statSync(join(base, key[0] as string)).mode & 0o777).toBe(0o600);
    rmSync(base, { recursive: true });
  });

  test("MESHROOM_JOURNAL names another folder, MESHROOM_JOURNAL_KEY a key that other machines have", () => {
    const named = join(folder, "kept");
    expect(journalFile(owner(), environment({ MESHROOM_JOURNAL: named })).startsWith(`${named}/lab-`)).toBe(true);
    const key = journalKey(folder, environment({ MESHROOM_JOURNAL_KEY: "x" }));
    expect(makeSeal(key).open(makeSeal(key).close([CANARY]))).toEqual([CANARY]);
  });

  test("the backend is the environment's, the project's, or that of the last login", () => {
    expect(findBackend(folder, environment())).toBe("");
    writeFileSync(join(folder, "credentials.json"), '{"current":"https://api.pulumi.com"}');
    const home = { PULUMI_HOME: folder };
    expect(findBackend(folder, environment(home))).toBe("https://api.pulumi.com");
    writeFileSync(join(folder, "Pulumi.yaml"), "name: soc\nbackend: { url: s3://states }\n");
    expect(findBackend(folder, environment(home))).toBe("s3://states");
    expect(findBackend(folder, environment({ ...home, PULUMI_BACKEND_URL: "gs://g" }))).toBe("gs://g");
  });
});
