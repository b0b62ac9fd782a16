// An intake: a port for one sender, and the file that keeps what it sends.
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import type { HookInstance } from "pulumi-meshroom/hooks";

export function intakeFragment(id: string, port: number, store: string): string {
  return `# Written by Meshroom: an intake of its own for one sender.
source s_${id} { syslog(ip("127.0.0.1") port(${port}) transport("tcp")); };
destination d_${id} { file("${intakeFile(id, store)}" template("$(format-json --key MESSAGE --key HOST --key PROGRAM --key ISODATE)\\n")); };
log { source(s_${id}); destination(d_${id}); };
`;
}

export function intakeFile(id: string, store: string): string {
  return join(resolve(store), `${id}.jsonl`);
}

/** The first port that no fragment names. */
export function freePort(instance: HookInstance): number {
  const { fragments, first_port } = instance.settings;
  const names = readdirSync(fragments).filter((name) => name.endsWith(".conf"));
  const texts = names.map((name) => readFileSync(join(fragments, name), "utf8"));
  const taken = new Set(
    texts.flatMap((text) => [...text.matchAll(/\bport\((\d+)\)/g)].map((match) => Number(match[1]))),
  );
  let port: number = first_port;
  while (taken.has(port)) port++;
  return port;
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      resolve(true);
      socket.destroy();
    });
    socket.on("error", () => resolve(false));
  });
}
