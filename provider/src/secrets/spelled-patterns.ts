// Finds byte patterns in a text, whatever way their characters are spelled in it. A trie is walked from each place, along every reading.
import { escapesAt, mayEscape, utf8 } from "./escapes";

/** A place in the text, and what was read up to there. */
interface Walk {
  at: number;
  node: number;
}

/** More nodes than a trie gets; keeps the key of a place and a node a whole number. */
const NODES = 2 ** 22;

export class SpelledPatterns {
  /** The node that a byte leads to, by node and byte; 0, the root, where there is none. */
  readonly #next = new Map<number, number>();
  readonly #isEnd: boolean[] = [false];
  /** For each ASCII character, whether a pattern may begin with it; the last is for all others. */
  readonly #beginners = new Uint8Array(129);
  /** The same of two characters: most places in a text need no look into the map. */
  readonly #pairs = new Uint8Array(128 * 128);

  get isEmpty(): boolean {
    return this.#isEnd.length === 1;
  }

  add(bytes: Uint8Array): void {
    let node = 0;
    for (const byte of bytes) {
      const key = node * 256 + byte;
      let next = this.#next.get(key);
      if (next === undefined) {
        next = this.#isEnd.push(false) - 1;
        this.#next.set(key, next);
      }
      node = next;
    }
    this.#isEnd[node] = true;
    const [first = 0, second = 128] = bytes;
    this.#beginners[Math.min(first, 128)] = 1;
    if (first < 128 && second < 128) this.#pairs[first * 128 + second] = 1;
    // One byte alone.
    if (bytes.length === 1) this.#pairs.fill(1, first * 128, first * 128 + 128);
  }

  /** Whether a look at `at` can be worth it. */
  #mayBeginAt(text: string, at: number): boolean {
    const code = text.charCodeAt(at);
    if (mayEscape(code)) return true;
    if (code >= 128) return this.#beginners[128] === 1;
    const next = text.charCodeAt(at + 1);
    return this.#beginners[code] === 1 && (!(next < 128) || mayEscape(next) || this.#pairs[code * 128 + next] === 1);
  }

  /**
   * Where the longest pattern that begins at `at` ends, or 0.
   * @param isCut the text goes on elsewhere, so that a pattern which reaches its end counts
   */
  longestAt(text: string, at: number, isCut: boolean): number {
    if (!this.#mayBeginAt(text, at)) return 0;
    const open: Walk[] = [];
    let longest = this.#follow(text, at, 0, isCut, open);
    if (open.length === 0) return longest;
    const seen = new Set<number>();
    for (let walk = open.pop(); walk; walk = open.pop()) {
      const key = walk.at * NODES + walk.node;
      if (seen.has(key)) continue;
      seen.add(key);
      longest = Math.max(longest, this.#follow(text, walk.at, walk.node, isCut, open));
    }
    return longest;
  }

  /** Reads characters as themselves as far as that leads; other readings are left in `open`. */
  #follow(text: string, from: number, root: number, isCut: boolean, open: Walk[]): number {
    let at = from;
    let node = root;
    let longest = this.#isEnd[node] ? at : 0;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (mayEscape(code)) this.#branch(text, at, node, open);
      if (code < 0x80) {
        node = this.#next.get(node * 256 + code) ?? 0;
        at++;
      } else {
        const point = text.codePointAt(at) ?? 0;
        node = this.#walk(node, utf8(point));
        at += point > 0xffff ? 2 : 1;
      }
      if (node === 0) return longest;
      if (this.#isEnd[node]) longest = at;
    }
    return isCut && node !== 0 ? at : longest;
  }

  #branch(text: string, at: number, node: number, open: Walk[]): void {
    for (const { bytes, end } of escapesAt(text, at)) {
      const next = this.#walk(node, bytes);
      if (next !== 0) open.push({ at: end, node: next });
    }
  }

  #walk(from: number, bytes: readonly number[]): number {
    let node = from;
    for (const byte of bytes) {
      node = this.#next.get(node * 256 + byte) ?? 0;
      if (node === 0) return 0;
    }
    return node;
  }
}
