/**
 * The server's name in the first message of a TLS connection (RFC 8446, 4.1.2; RFC 6066, 3), from bytes that may come in any pieces
 * and any records. Nothing is trusted: every length is checked against what is there.
 */

export type ClientHello =
  | { readonly kind: "more" }
  | { readonly kind: "not-tls" }
  /** `name` is null when the client sent none. */
  | { readonly kind: "tls"; readonly name: string | null };

const MORE: ClientHello = { kind: "more" };
const NOT_TLS: ClientHello = { kind: "not-tls" };
/** No client sends a longer one; what goes on longer is refused. */
export const LONGEST_HELLO = 65_536;

/** `bytes` from the connection's first on. Asks for `more` until the whole message is there. */
export function readClientHello(bytes: Buffer): ClientHello {
  const message = handshakeMessage(bytes);
  return Buffer.isBuffer(message) ? nameIn(message) : message;
}

/** Joins the records' contents (type 22) until the first handshake message is whole. */
function handshakeMessage(bytes: Buffer): Buffer | ClientHello {
  const parts: Buffer[] = [];
  let have = 0;
  for (let at = 0; ; ) {
    if (bytes.length > at && bytes[at] !== 22) return NOT_TLS;
    if (bytes.length > at + 1 && bytes[at + 1] !== 3) return NOT_TLS;
    if (bytes.length < at + 5) return bytes.length > LONGEST_HELLO ? NOT_TLS : MORE;
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0 || length > 16_384) return NOT_TLS;
    const part = bytes.subarray(at + 5, at + 5 + length);
    parts.push(part);
    have += part.length;
    const head = Buffer.concat(parts, have);
    if (have > 0 && head[0] !== 1) return NOT_TLS;
    if (have >= 4) {
      const wanted = 4 + head.readUIntBE(1, 3);
      if (wanted > LONGEST_HELLO) return NOT_TLS;
      if (have >= wanted) return head.subarray(4, wanted);
    }
    if (part.length < length) return MORE;
    at += 5 + length;
  }
}

/** A cursor whose every step is within its bytes; past the end it throws RangeError. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }
  get done(): boolean {
    return this.#at === this.#bytes.length;
  }
  number(size: 1 | 2): number {
    const value = this.#bytes.readUIntBE(this.#at, size);
    this.#at += size;
    return value;
  }
  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new RangeError("past the end");
    return this.#bytes.subarray(this.#at, (this.#at += length));
  }
  vector(size: 1 | 2): Buffer {
    return this.take(this.number(size));
  }
}

function nameIn(message: Buffer): ClientHello {
  try {
    const reader = new Reader(message);
    reader.take(2 + 32); // version, random
    reader.vector(1); // session
    reader.vector(2); // cipher suites
    reader.vector(1); // compression
    if (reader.done) return { kind: "tls", name: null };
    const extensions = new Reader(reader.vector(2));
    if (!reader.done) return NOT_TLS;
    const names: string[] = [];
    while (!extensions.done) {
      const type = extensions.number(2);
      const body = extensions.vector(2);
      if (type === 0) names.push(...serverNames(body));
    }
    if (names.length > 1) return NOT_TLS; // servers differ in which one they take
    return { kind: "tls", name: names[0] ?? null };
  } catch (error) {
    if (error instanceof RangeError) return NOT_TLS;
    throw error;
  }
}

function serverNames(body: Buffer): string[] {
  const list = new Reader(new Reader(body).vector(2));
  const names: string[] = [];
  while (!list.done) {
    const type = list.number(1);
    const name = list.vector(2);
    if (type === 0) names.push(name.toString("latin1"));
  }
  return names;
}
