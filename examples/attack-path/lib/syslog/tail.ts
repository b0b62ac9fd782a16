// Whole lines of a file that grows, from a place that can be saved. A file that is renamed is read to its end before the
// one that has taken its name; what is renamed while nobody reads is not looked for.
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";

export interface Place {
  inode: number;
  offset: number;
}

const chunk = 64 * 1024;

/** What is in the file now is not asked for. */
export function endOf(file: string): Place {
  const found = statSync(file, { throwIfNoEntry: false });
  return { inode: found?.ino ?? 0, offset: found?.size ?? 0 };
}

export class Tail {
  private readonly file: string;
  private handle: number | undefined;
  /** Behind the last line that was taken. */
  place: Place;

  constructor(file: string, place: Place) {
    this.file = file;
    this.place = place;
  }

  /** The next lines, and the place behind them, for `place` once they are dealt with. */
  read(): { lines: string[]; next: Place } {
    const found = this.readOpen();
    if (found.lines.length > 0 || !this.isReplaced()) return found;
    const last = this.readOpen(); // written between the two looks
    if (last.lines.length > 0) return last;
    this.close();
    return this.readOpen();
  }

  private readOpen(): { lines: string[]; next: Place } {
    this.handle ??= this.open();
    if (this.handle === undefined) return { lines: [], next: this.place };
    const { ino, size } = fstatSync(this.handle);
    const offset = ino === this.place.inode && size >= this.place.offset ? this.place.offset : 0;
    const buffer = Buffer.alloc(Math.min(chunk, size - offset));
    const length = readSync(this.handle, buffer, 0, buffer.length, offset);
    const end = buffer.subarray(0, length).lastIndexOf(10);
    // A line longer than the chunk is taken in pieces.
    const taken = end < 0 && length === chunk ? length : end + 1;
    const lines = buffer.subarray(0, taken).toString("utf8").split("\n");
    return { lines: lines.filter((line) => line !== ""), next: { inode: ino, offset: offset + taken } };
  }

  private open(): number | undefined {
    try {
      return openSync(this.file, "r");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  private isReplaced(): boolean {
    if (this.handle === undefined) return false;
    const now = statSync(this.file, { throwIfNoEntry: false });
    return now !== undefined && now.ino !== fstatSync(this.handle).ino;
  }

  private close(): void {
    if (this.handle !== undefined) closeSync(this.handle);
    this.handle = undefined;
  }
}
