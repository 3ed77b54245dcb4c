/**
 * What a terminal shows: colours and other control sequences (ECMA-48) are taken out, so that a coloured key is one word again.
 * What a command string says (a link's address, a title) stays, on a line of its own. Cut anywhere, the result is the same.
 */
import type { TextSink } from "./text-sink.ts";

const ESC = 0x1b;
const BEL = 0x07;
const BREAK = Buffer.from("\n");

type State = "text" | "escape" | "control" | "string" | "string-escape" | "charset";

export class TerminalText implements TextSink {
  readonly #next: TextSink;
  #state: State = "text";
  #length = 0;

  constructor(next: TextSink) {
    this.#next = next;
  }

  write(bytes: Uint8Array, offset: number): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#state === "text") {
        const escape = indexOfEscape(bytes, at);
        const end = escape === -1 ? bytes.length : escape;
        if (end > at) this.#next.write(bytes.subarray(at, end), offset + at);
        if (escape !== -1) this.#state = "escape";
        at = end + 1;
      } else if (this.#state === "string") at = this.#inString(bytes, at, offset);
      else if (this.#takes(bytes[at] ?? 0, offset + at)) at++;
    }
  }

  /** Whether text is handed on as it comes, with nothing open. */
  get idle(): boolean {
    return this.#state === "text";
  }

  end(): void {
    this.#state = "text";
    this.#next.end();
  }

  #inString(bytes: Uint8Array, from: number, offset: number): number {
    let at = from;
    while (at < bytes.length && bytes[at] !== ESC && bytes[at] !== BEL && bytes[at] !== 0x0a) at++;
    if (at > from) this.#next.write(bytes.subarray(from, at), offset + from);
    if (at === bytes.length) return at;
    this.#next.write(BREAK, offset + at);
    this.#state = bytes[at] === ESC ? "string-escape" : "text";
    return at + 1;
  }

  /** False where the byte is not part of a sequence: it is text. */
  #takes(byte: number, offset: number): boolean {
    this.#length++;
    switch (this.#state) {
      case "escape":
        this.#length = 0;
        if (byte === ESC) return true;
        this.#state = AFTER_ESCAPE.get(byte) ?? "text";
        if (this.#state === "string") this.#next.write(BREAK, offset);
        return this.#state !== "text" || (byte >= 0x30 && byte <= 0x5f) || SHORT.has(byte);
      case "control":
        // Parameters and intermediates, then one final byte; anything else breaks the sequence off.
        if (byte >= 0x20 && byte <= 0x3f && this.#length < 64) return true;
        this.#state = byte === ESC ? "escape" : "text";
        return byte === ESC || (byte >= 0x40 && byte <= 0x7e);
      case "string-escape":
        this.#state = byte === 0x5c ? "text" : "escape";
        return byte === 0x5c;
      case "charset":
      case "string":
      case "text":
        this.#state = "text";
        return true;
    }
  }
}

/** Native search costs more than it saves on a short run. */
function indexOfEscape(bytes: Uint8Array, from: number): number {
  if (bytes.length - from > 256) return bytes.indexOf(ESC, from);
  for (let at = from; at < bytes.length; at++) if (bytes[at] === ESC) return at;
  return -1;
}

/** Functions of one small letter; before any other one the byte is no escape, but the length of a string in a binary file. */
const SHORT: ReadonlySet<number> = new Set(Buffer.from("clmno|}~"));

const AFTER_ESCAPE: ReadonlyMap<number, State> = new Map([
  [0x5b, "control"], // [
  [0x5d, "string"], // ]
  [0x50, "string"], // P
  [0x58, "string"], // X
  [0x5e, "string"], // ^
  [0x5f, "string"], // _
  [0x28, "charset"], // (
  [0x29, "charset"], // )
]);
