// `node forwarder.ts FOLDER`: sends each new line of a file to a syslog server, RFC 5424 over TCP. Knows its place in the
// file across restarts, follows rotation, and waits for a server that is away.
import { once } from "node:events";
import { watch } from "node:fs";
import { connect, type Socket } from "node:net";
import { basename, dirname } from "node:path";
import { report, ServiceFolder } from "../services/program.ts";
import { pause } from "../wait.ts";
import { formatMessage, frame } from "./message.ts";
import { endOf, type Place, Tail } from "./tail.ts";

/** Written by `forwarderService`. */
export interface ForwarderSettings {
  file: string;
  host: string;
  port: number;
  /** The syslog program (APP-NAME) and host name that the messages bear. */
  program: string;
  hostname: string;
}

const longestLine = 60 * 1024; // servers take 64 KiB by default

const folder = new ServiceFolder<ForwarderSettings, Place>();
const { file, host, port, program, hostname } = folder.settings;
let wake = () => {};

async function open(): Promise<Socket> {
  const socket = connect({ host, port });
  await once(socket, "connect");
  socket.on("error", () => socket.destroy());
  socket.on("close", () => wake());
  socket.resume();
  return socket;
}

/** Ends with an error when the connection does. */
async function sendTo(socket: Socket, tail: Tail): Promise<never> {
  for (;;) {
    if (socket.destroyed) throw new Error("the server closed the connection");
    const { lines, next } = tail.read();
    for (const line of lines) await send(socket, line);
    if (next.offset !== tail.place.offset || next.inode !== tail.place.inode) {
      tail.place = next;
      folder.save(next);
    }
    if (lines.length === 0) await changed();
  }
}

function send(socket: Socket, line: string): Promise<void> {
  const bytes = frame(formatMessage({ host: hostname, program, text: line.slice(0, longestLine) }));
  return new Promise((resolve, reject) => socket.write(bytes, (error) => (error ? reject(error) : resolve())));
}

/** A change in the file's folder, or a quarter of a second: not every file system tells of changes. */
function changed(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 250);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

async function main(): Promise<never> {
  const tail = new Tail(file, folder.load() ?? endOf(file));
  folder.save(tail.place);
  watch(dirname(file), (_event, name) => {
    if (name === basename(file)) wake();
  });
  for (;;) {
    try {
      const socket = await open();
      report(`sends ${file} to ${host}:${port}`);
      folder.ready();
      await sendTo(socket, tail);
    } catch (error) {
      report(`${host}:${port}: ${(error as Error).message}`);
      await pause(500);
    }
  }
}

void main();
