// Questions on a real terminal: by type, with defaults and current values, secrets unseen, nothing changed on Ctrl-C.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { backspace, enter, interrupt, PseudoTerminal } from "./pseudo-terminal";
import { meshroom, Playground } from "./transcript";

let playground: Playground;
let terminal: PseudoTerminal;

beforeEach(() => {
  playground = new Playground("soc");
});

afterEach(() => {
  terminal.kill();
  playground.remove();
});

function type(command: string): void {
  const line = `${process.execPath} ${meshroom} ${command}`;
  terminal = new PseudoTerminal(line, playground.root, playground.environment);
}

const read = (path: string) => readFileSync(join(playground.root, path), "utf8");

test("add asks for each setting by its type; secrets are not shown", async () => {
  type("add edr lab");
  await terminal.answer("url: Where its console is", enter);
  await terminal.answer("a value is required", "https://lab.example");
  await terminal.answer("api_key (secret", "s3cret-key");
  await terminal.answer("verify_tls (optional)", "n");
  await terminal.answer("retention_days (optional)", "soon");
  await terminal.answer("this is no integer", backspace.repeat(4) + 90);
  await terminal.answer("tenants (optional; separated by commas)", "blue, green");
  await terminal.answer("proxy.host", enter);
  await terminal.answer("8080 (default)", enter);
  await terminal.answer("proxy.password", enter);
  expect(await terminal.end()).toBe(0);
  expect(terminal.screen).toContain("added instance lab of edr");
  expect(terminal.screen).not.toContain("s3cret");
  expect(read("instances/edr/lab/config.yaml")).toBe(
    "name: lab\nproduct: edr\nsettings:\n  url: https://lab.example\n  verify_tls: false\n  retention_days: 90\n  tenants:\n    - blue\n    - green\n",
  );
  expect(readdirSync(playground.root)).toContain("secrets.gpg");
});

test("configure keeps what is set on Enter, and writes only what differs", async () => {
  type("configure edge");
  await terminal.answer("https://edr.example", enter);
  await terminal.answer("api_key (secret", enter);
  await terminal.answer("verify_tls", enter);
  await terminal.answer("30 (default)", enter);
  await terminal.answer("tenants", enter);
  await terminal.answer("proxy.host", "proxy.example");
  await terminal.answer("proxy.port", enter);
  await terminal.answer("proxy.password", enter);
  expect(await terminal.end()).toBe(0);
  expect(terminal.screen).toContain("configured edge: proxy.host in instances/edr/edge/config.yaml");
  expect(read("instances/edr/edge/config.yaml")).toBe(
    "name: edge\nproduct: edr\nsettings:\n  # The lab's console\n  url: https://edr.example\n  proxy:\n    host: proxy.example\n",
  );
});

test("what an option gives is not asked for, and --no-input asks nothing", async () => {
  type("add siem second -c url=https://second.example");
  await terminal.answer("API_KEY (optional; secret", enter);
  expect(await terminal.end()).toBe(0);
  expect(terminal.screen).not.toContain("◆  url");
  type("add siem third --no-input");
  expect(await terminal.end()).toBe(0);
  expect(terminal.screen).toContain("the setting `url` of instance third is required");
});

test("Ctrl-C changes nothing", async () => {
  type("add edr lab");
  await terminal.answer("url: Where its console is", "https://lab.example");
  await terminal.see("api_key");
  terminal.type(interrupt);
  expect(await terminal.end()).toBe(130);
  expect(terminal.screen).toContain("cancelled, nothing was changed");
  expect(readdirSync(join(playground.root, "instances/edr"))).toEqual(["edge"]);
});

test("a table fits the terminal", async () => {
  type("list products -w");
  expect(await terminal.end()).toBe(0);
  const lines = terminal.screen.split(/\r?\n/);
  expect(lines.find((line) => line.startsWith("edr"))).toContain("…");
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
});
