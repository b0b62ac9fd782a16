// `node forwarder.ts FOLDER`: sends each new line of a file to a syslog server, RFC 5424 over TCP. Knows its place in the
// file across restarts, follows rotation, and waits for a server that is away.

import { once } from "node:events";
import { closeSync, fstatSync, openSync, readSync, statSync, watch } from "node:fs";
import { connect, type Socket } from "node:net";
import { basename, dirname } from "node:path";
import { report, ServiceFolder } from "../services/program.ts";
import { pause } from "../wait.ts";
import { formatMessage, frame } from "./message.ts";

/** Written by `forwarderService`. */
export interface ForwarderSettings {
  file: string;
  host: string;
  port: number;
  /** The syslog program (APP-NAME) and host name that the messages bear. */
  program: string;
  hostname: string;
}

interface Place {
  inode: number;
  offset: number;
}

const chunk = 64 * 1024;
const longestLine = 60 * 1024; // servers take 64 KiB by default

const folder = new ServiceFolder<ForwarderSettings, Place>();
const { file, host, port, program, hostname } = folder.settings;
let place = folder.load() ?? endOf(file);
let wake = () => {};

/** What was in the file before the plug was set up is not the plug's. */
function endOf(path: string): Place {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? { inode: found.ino, offset: found.size } : { inode: 0, offset: 0 };
}

/** Whole lines from where we are; a file that was replaced or cut is read from its start. */
function readLines(): { lines: string[]; next: Place } | undefined {
  let handle: number;
  try {
    handle = openSync(file, "r");
  } catch {
    return undefined;
  }
  try {
    const { ino, size } = fstatSync(handle);
    const offset = ino === place.inode && size >= place.offset ? place.offset : 0;
    const buffer = Buffer.alloc(Math.min(chunk, size - offset));
    const length = readSync(handle, buffer, 0, buffer.length, offset);
    const end = buffer.subarray(0, length).lastIndexOf(10);
    // A line longer than the chunk is sent in pieces.
    const taken = end < 0 && length === chunk ? length : end + 1;
    const lines = buffer.subarray(0, taken).toString("utf8").split("\n");
    return { lines: lines.filter((line) => line !== ""), next: { inode: ino, offset: offset + taken } };
  } finally {
    closeSync(handle);
  }
}

async function open(): Promise<Socket> {
  const socket = connect({ host, port });
  await once(socket, "connect");
  socket.on("error", () => socket.destroy());
  socket.on("close", () => wake());
  socket.resume();
  return socket;
}

async function sendTo(socket: Socket): Promise<void> {
  for (;;) {
    if (socket.destroyed) throw new Error("the server closed the connection");
    const found = readLines();
    const offset = place.offset;
    for (const line of found?.lines ?? []) {
      const text = line.slice(0, longestLine);
      const bytes = frame(formatMessage({ host: hostname, program, text }));
      await new Promise<void>((resolve, reject) => socket.write(bytes, (error) => (error ? reject(error) : resolve())));
    }
    if (found && (found.next.offset !== offset || found.next.inode !== place.inode)) {
      place = found.next;
      folder.save(place);
    }
    if (!found?.lines.length) await changed();
  }
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
  watch(dirname(file), (_event, name) => {
    if (name === basename(file)) wake();
  });
  folder.save(place);
  for (;;) {
    try {
      const socket = await open();
      report(`sends ${file} to ${host}:${port}`);
      folder.ready();
      await sendTo(socket);
    } catch (error) {
      report(`${host}:${port}: ${(error as Error).message}`);
      await pause(500);
    }
  }
}

void main();
