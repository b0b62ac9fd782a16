// Sets of small numbers, one bit for each: what is counted for thousands of products at once.

/** A set of small numbers: a bit for each. */
export class BitSet {
  readonly #words: Uint32Array;

  constructor(size: number) {
    this.#words = new Uint32Array((size + 31) >>> 5);
  }

  add(number: number): void {
    const word = number >>> 5;
    this.#words[word] = (this.#words[word] ?? 0) | (1 << (number & 31));
  }

  delete(number: number): void {
    const word = number >>> 5;
    this.#words[word] = (this.#words[word] ?? 0) & ~(1 << (number & 31));
  }

  addAll(other: BitSet): this {
    const words = other.#words;
    for (let i = 0; i < words.length; i++) this.#words[i] = (this.#words[i] as number) | (words[i] as number);
    return this;
  }

  size(): number {
    return this.#words.reduce((sum, word) => sum + bitsOf(word), 0);
  }

  sizeOfCommon(other: BitSet): number {
    return this.#words.reduce((sum, word, i) => sum + bitsOf(word & (other.#words[i] ?? 0)), 0);
  }

  *values(): Generator<number> {
    for (const [word, bits] of this.#words.entries())
      for (let rest = bits; rest !== 0; rest &= rest - 1) yield word * 32 + 31 - Math.clz32(rest & -rest);
  }
}

/** The number of bits that are set in 32, counted in parallel. */
function bitsOf(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
