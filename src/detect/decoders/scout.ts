/** The scout in WebAssembly, over bytes that it copies. Belongs to one thread. */
import { instantiate, type Instantiated } from "../../match/wasm/instantiate.ts";
import { wasm } from "../../match/wasm/encoded.ts";
import { BASE64, HEX, SEXTET, TEXT, WORD } from "./classes.ts";
import type { Scout } from "./types.ts";

/** See `match/wasm/assembly/encoded.ts`, which has the same numbers. */
const TABLES = [BASE64, SEXTET, TEXT, HEX, WORD];
const BYTES = 4096;
/** What the module may look at behind the bytes, and how much of that is zero so that nothing goes on in it. */
const SLACK = 4096;
const ZEROS = 64;
const SMALL = 1 << 18;
const MOST = 1 << 30;

interface Exports {
  nextBase64(from: number, to: number, length: number): number;
  nextHex(from: number, rest: number, to: number, length: number): number;
  readonly part: { readonly value: number };
  nextEscape(from: number, to: number): number;
}

export class FastScout implements Scout {
  #instance: Instantiated<Exports> | null = null;
  #memory = new Uint8Array();
  #length = 0;

  /** What is asked from now on is asked of these bytes. */
  over(bytes: Uint8Array): this {
    const needed = BYTES + bytes.length + SLACK;
    if (this.#instance === null) {
      this.#instance = instantiate<Exports>(wasm, Math.max(needed, SMALL), MOST);
      this.#memory = new Uint8Array(this.#instance.memory());
      TABLES.forEach((table, i) => this.#memory.set(table, 256 * i));
    } else if (this.#memory.length < needed) {
      this.#instance.grow(needed);
      this.#memory = new Uint8Array(this.#instance.memory());
    }
    this.#memory.set(bytes, BYTES);
    this.#memory.fill(0, BYTES + bytes.length, BYTES + bytes.length + ZEROS);
    this.#length = bytes.length;
    return this;
  }

  get #exports(): Exports {
    return (this.#instance as Instantiated<Exports>).exports;
  }

  nextBase64(from: number, to: number): number {
    return this.#exports.nextBase64(from, to, this.#length) | 0;
  }

  nextHex(from: number, rest: number, to: number): number {
    return this.#exports.nextHex(from, rest, to, this.#length) | 0;
  }

  get part(): number {
    return this.#exports.part.value;
  }

  nextEscape(from: number, to: number): number {
    return this.#exports.nextEscape(from, Math.min(to, this.#length)) | 0;
  }
}
