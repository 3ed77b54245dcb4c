/** The one piece of ASN.1 that ECDSA needs: two integers in a sequence. */

const [SEQUENCE, INTEGER, LONG_FORM] = [0x30, 0x02, 0x81];

export interface Pair {
  /** Big-endian, without signs. */
  readonly r: Buffer;
  readonly s: Buffer;
}

/** null when it is anything else, or anything stands around it. */
export function readPair(bytes: Buffer): Pair | null {
  const body = valueAt(bytes, 0, SEQUENCE);
  if (body === null || body.end !== bytes.length) return null;
  const r = valueAt(bytes, body.start, INTEGER);
  const s = r === null ? null : valueAt(bytes, r.end, INTEGER);
  if (r === null || s === null || s.end !== bytes.length) return null;
  return { r: bytes.subarray(r.start, r.end), s: bytes.subarray(s.start, s.end) };
}

function valueAt(bytes: Buffer, at: number, tag: number): { start: number; end: number } | null {
  if (bytes[at] !== tag) return null;
  // lengths of signatures fit into one byte, with or without the mark of the long form
  const long = bytes[at + 1] === LONG_FORM;
  const start = at + (long ? 3 : 2);
  const length = bytes[start - 1];
  if (length === undefined || length === 0 || (!long && length > 0x7f)) return null;
  return start + length > bytes.length ? null : { start, end: start + length };
}

export function writePair({ r, s }: Pair): Buffer {
  const body = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([header(SEQUENCE, body.length), body]);
}

function integer(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const sign = ((bytes[start] ?? 0) & 0x80) === 0 ? Buffer.alloc(0) : Buffer.alloc(1);
  const body = Buffer.concat([sign, bytes.subarray(start)]);
  return Buffer.concat([header(INTEGER, body.length), body]);
}

const header = (tag: number, length: number): Buffer =>
  length < 0x80 ? Buffer.of(tag, length) : Buffer.of(tag, LONG_FORM, length);
