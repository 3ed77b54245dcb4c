/** The scout in WebAssembly, over bytes in the memory of its module. Belongs to one thread. */
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
  #memory = Buffer.alloc(0);
  #length = 0;

  /** Room for so many bytes, and what stood there before; valid until more is asked for. */
  room(size: number): Buffer {
    const needed = BYTES + size + SLACK;
    if (this.#instance === null) {
      this.#instance = instantiate<Exports>(wasm, Math.max(needed, SMALL), MOST);
      this.#memory = Buffer.from(this.#instance.memory());
      TABLES.forEach((table, i) => this.#memory.set(table, 256 * i));
    } else if (this.#memory.length < needed) {
      this.#instance.grow(needed);
      this.#memory = Buffer.from(this.#instance.memory());
    }
    return this.#memory.subarray(BYTES, BYTES + size);
  }

  /** What is asked from now on is asked of the first `length` bytes of the room. Writes zeros behind them. */
  overRoom(length: number): this {
    this.room(length);
    this.#memory.fill(0, BYTES + length, BYTES + length + ZEROS);
    this.#length = length;
    return this;
  }

  /** What is asked from now on is asked of these bytes, which are copied. */
  over(bytes: Uint8Array): this {
    this.room(bytes.length).set(bytes);
    return this.overRoom(bytes.length);
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
