/** The bytes at hand as Latin-1 text, made only where something is looked for and used again while hits are close together. */

import { nextHead, type Heads } from "../match/expression/heads.ts";

/** What is made besides what was asked for. */
const STRETCH = 4096;

export class TextWindow {
  readonly #bytes: Buffer;
  readonly #base: number;
  #from = 0;
  #text = "";
  /** Bytes made into text so far. */
  decoded = 0;

  /** `base`: where in the input the bytes begin; they must not change while the window is used. */
  constructor(bytes: Uint8Array, base: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#base = base;
  }

  /** The first place of the input in [from, to] at which a match may begin; more than `to` for none. */
  nextHead(heads: Heads, from: number, to: number): number {
    return nextHead(heads, this.#bytes, from - this.#base, to - this.#base) + this.#base;
  }

  /** Text that holds at least [from, to) of the input as far as there are bytes; `base` is where it begins. */
  around(from: number, to: number): { readonly text: string; readonly base: number } {
    const start = Math.max(0, from - this.#base);
    const end = Math.min(this.#bytes.length, to - this.#base);
    if (start < this.#from || end > this.#from + this.#text.length) {
      this.#from = start;
      const until = Math.min(this.#bytes.length, end + (end - start) + STRETCH);
      this.#text = this.#bytes.toString("latin1", start, until);
      this.decoded += until - start;
    }
    return { text: this.#text, base: this.#base + this.#from };
  }
}
