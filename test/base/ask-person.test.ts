// Questions of hooks at a real terminal, from the process that has it and from one that has none.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const base = join(__dirname, "../../provider/dist/base");

/** Runs a Node program in a pseudo terminal, types the answers when the program waits for them, and returns what the screen showed. */
const typist = `
import os, pty, re, select, signal, sys
node, program, *answers = sys.argv[1:]
pid, screen = pty.fork()
if pid == 0:
    os.execv(node, [node, program])
shown = b""
while True:
    ready, _, _ = select.select([screen], [], [], 20)
    try:
        chunk = os.read(screen, 4096) if ready else b""
    except OSError:
        chunk = b""
    if not chunk:
        break
    shown += chunk
    shown = re.sub(rb"\\x1b\\[[0-9;]*[A-Za-z]", b"", shown)
    if answers and shown.rstrip().endswith((b"?", b"done.")):
        os.write(screen, answers.pop(0).encode() + b"\\n")
        shown += b"<typed>"
os.close(screen)
try:
    os.kill(pid, signal.SIGKILL)
except ProcessLookupError:
    pass
os.waitpid(pid, 0)
sys.stdout.write(shown.decode())
`;

function screenOf(program: string, ...answers: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "terminal-"));
  const file = join(folder, "program.js");
  writeFileSync(file, program);
  const ran = spawnSync("python3", ["-c", typist, process.execPath, file, ...answers], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return ran.stdout;
}

test("a text, a secret that is not shown, and a step by hand that is waited for", () => {
  const screen = screenOf(
    `const { askPerson } = require(${JSON.stringify(join(base, "ask-person.js"))});
    (async () => {
      const name = await askPerson("text", "Name?");
      const key = await askPerson("secret", "Key?");
      await askPerson("manual", "Press the button");
      console.log(JSON.stringify({ name, length: key.length }));
    })();`,
    "ada",
    "hidden",
    "",
  );
  expect(screen).toContain('{"name":"ada","length":6}');
  expect(screen).toContain("Press Enter when it is done.");
  expect(screen).not.toContain("hidden");
});

test("a process without a terminal asks the one that serves it, one question after the other", () => {
  const screen = screenOf(
    `const { spawn } = require("node:child_process");
    const { serveTerminal } = require(${JSON.stringify(join(base, "ask-person.js"))});
    const served = serveTerminal();
    const program = 'const { askPerson } = require(${JSON.stringify(join(base, "ask-person.js"))}); Promise.all([askPerson("text", "First?"), askPerson("text", "Second?")]).then(console.log)';
    spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, MESHROOM_TERMINAL: served.address } })
      .on("close", () => served.close())
      .stdout.on("data", (text) => process.stdout.write(text));`,
    "one",
    "two",
  );
  expect(screen).toMatch(/First\?[\s\S]*Second\?/);
  expect(screen).toContain("[ 'one', 'two' ]");
});
