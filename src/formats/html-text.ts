/**
 * What a page shows, and what its attributes say: tags taken out, entities decoded. Inline tags join what they stand between (a
 * highlighted key is one word), others part it. Pictures in `data:` addresses are dropped. Cut anywhere, the result is the same.
 */
import { htmlNames } from "../core/html-names.ts";
import type { TextSink } from "./text-sink.ts";

const LT = 0x3c;
const GT = 0x3e;
const AMP = 0x26;
const SEMICOLON = 0x3b;
const MAX_ENTITY = 10;
const MAX_TAG = 16 << 10;
const INLINE = /^\/?(?:span|b|i|em|strong|font|u|s|code|tt|mark|wbr|small|sub|sup|a|samp|kbd|var)\b/i;
const ONLY_LOOKS =
  /^\/?[a-z][a-z0-9-]*(?:\s+(?:class|style|id|color|face|size)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))*\s*$/i;
const PICTURE = /data:(?:image|font|audio|video)\/[^"'\s]*$/i;

type State = "text" | "open" | "tag" | "picture" | "entity";

export class HtmlText implements TextSink {
  readonly #next: TextSink;
  #state: State = "text";
  /** Bytes of the tag or entity that is open, and where each stands. */
  #held: number[] = [];
  #offsets: number[] = [];
  #quote = 0;
  #begun = 0;

  constructor(next: TextSink) {
    this.#next = next;
  }

  write(bytes: Uint8Array, offset: number): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#state === "text") {
        let end = at;
        while (end < bytes.length && bytes[end] !== LT && bytes[end] !== AMP) end++;
        if (end > at) this.#next.write(bytes.subarray(at, end), offset + at);
        if (end < bytes.length) {
          this.#state = bytes[end] === LT ? "open" : "entity";
          this.#begun = offset + end;
          this.#held = [];
          this.#offsets = [];
        }
        at = end + 1;
      } else if (this.#state === "picture") {
        while (at < bytes.length && bytes[at] !== this.#quote && bytes[at] !== GT) at++;
        if (at < bytes.length) this.#state = "tag";
      } else if (this.#take(bytes[at] ?? 0, offset + at)) at++;
    }
  }

  end(): void {
    this.#giveBack();
    this.#next.end();
  }

  /** False where the byte is to be looked at again. */
  #take(byte: number, offset: number): boolean {
    if (this.#state === "open") {
      // `<` before anything but a name is text: a shell's redirection, a comparison.
      const isTag = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
      if (isTag || byte === 0x2f || byte === 0x21) {
        this.#state = "tag";
        this.#quote = 0;
      } else this.#giveBack();
      return false;
    }
    if (this.#state === "entity") return this.#inEntity(byte, offset);
    if (this.#quote !== 0) {
      if (byte === this.#quote) this.#quote = 0;
    } else if (byte === GT) {
      this.#closeTag();
      return true;
    } else if ((byte === 0x22 || byte === 0x27) && this.#held.at(-1) === 0x3d) this.#quote = byte;
    this.#held.push(byte);
    this.#offsets.push(offset);
    if (byte === 0x2c && this.#quote !== 0 && PICTURE.test(this.#text(-100))) this.#state = "picture";
    else if (this.#held.length > MAX_TAG) this.#giveBack();
    return true;
  }

  #inEntity(byte: number, offset: number): boolean {
    if (byte === SEMICOLON) {
      const decoded = decode(this.#text());
      if (decoded === null) {
        this.#giveBack();
        return false;
      }
      this.#state = "text";
      this.#next.write(decoded, this.#begun);
      return true;
    }
    const isName =
      byte === 0x23 || (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
    if (!isName || this.#held.length >= MAX_ENTITY) {
      this.#giveBack();
      return false;
    }
    this.#held.push(byte);
    this.#offsets.push(offset);
    return true;
  }

  #text(from = 0): string {
    const bytes = from === 0 ? this.#held : this.#held.slice(from);
    return bytes.length < 64 ? String.fromCharCode(...bytes) : Buffer.from(bytes).toString("latin1");
  }

  #closeTag(): void {
    const tag = this.#text();
    this.#state = "text";
    const kind = kindOf(tag);
    if (kind === "inline") return;
    this.#next.write(BREAK, this.#begun);
    if (kind === "plain") return;
    const attributes = /^[a-z][\w:-]*/i.exec(tag)?.[0].length ?? 0;
    this.#runs(attributes);
    this.#next.write(BREAK, this.#begun);
  }

  /** What was held was no tag and no entity: it is text as it stands. */
  #giveBack(): void {
    if (this.#state === "text") return;
    const sign = this.#state === "entity" ? AMP : LT;
    if (this.#state !== "picture") this.#next.write(Uint8Array.of(sign), this.#begun);
    this.#state = "text";
    this.#runs(0);
  }

  #runs(from: number): void {
    const bytes = Buffer.from(this.#held);
    for (let start = from; start < bytes.length; ) {
      let end = start + 1;
      while (end < bytes.length && this.#offsets[end] === (this.#offsets[end - 1] ?? 0) + 1) end++;
      const text = bytes.subarray(start, end);
      this.#next.write(text, this.#offsets[start] ?? 0);
      start = end;
    }
    this.#held = [];
    this.#offsets = [];
  }
}

type Kind = "inline" | "plain" | "speaking";
const kinds = new Map<string, Kind>();
const MOST_KINDS = 1000;

/** Pages are made of few tags, which come often. */
function kindOf(tag: string): Kind {
  const known = tag.length < 64 ? kinds.get(tag) : undefined;
  if (known !== undefined) return known;
  const kind = !ONLY_LOOKS.test(tag) ? "speaking" : INLINE.test(tag) ? "inline" : "plain";
  if (tag.length < 64 && kind !== "speaking" && kinds.size < MOST_KINDS) kinds.set(tag, kind);
  return kind;
}

const BREAK = Buffer.from("\n");

function decode(name: string): Buffer | null {
  const number = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name);
  if (number === null) return Object.hasOwn(htmlNames, name) ? Buffer.from(htmlNames[name] ?? "") : null;
  const code = number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16);
  return code > 0 && code <= 0x10ffff ? Buffer.from(String.fromCodePoint(code)) : null;
}
