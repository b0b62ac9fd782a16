// The lines that are added to a file from now on.
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { pause } from "./wait.ts";

export async function* follow(file: string, signal: AbortSignal): AsyncGenerator<string> {
  let offset = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let rest = "";
  while (!signal.aborted) {
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size < offset) offset = 0;
    if (size > offset) {
      const lines = (rest + readPart(file, offset, size)).split("\n");
      offset = size;
      rest = lines.pop() ?? "";
      yield* lines.filter((line) => line !== "");
    } else await pause(100);
  }
}

function readPart(file: string, from: number, to: number): string {
  const handle = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(to - from);
    return buffer.toString("utf8", 0, readSync(handle, buffer, 0, buffer.length, from));
  } finally {
    closeSync(handle);
  }
}
