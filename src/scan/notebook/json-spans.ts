/** Where the members and elements of a JSON text lie, found without building it: for edits that leave the rest as it is. */
export interface Span {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export interface Member {
  readonly key: string;
  /** Of the key's first quote. */
  readonly start: number;
  readonly value: Span;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];

/** The members of the object at `at` (white space before it is passed over). Throws a SyntaxError with the byte offset. */
export function membersOf(bytes: Buffer, at: number): Member[] {
  const members: Member[] = [];
  for (let next = opened(bytes, at, OPEN_OBJECT); bytes[next] !== CLOSE_OBJECT; ) {
    const start = next;
    const end = stringEnd(bytes, start);
    const colon = blank(bytes, end);
    if (bytes[colon] !== COLON) throw wrong(colon, "`:`");
    const value = valueAt(bytes, colon + 1);
    members.push({ key: keyOf(bytes, start, end), start, value });
    next = following(bytes, value.end, CLOSE_OBJECT);
  }
  return members;
}

/** The elements of the array at `at`. */
export function valuesOf(bytes: Buffer, at: number): Span[] {
  const values: Span[] = [];
  for (let next = opened(bytes, at, OPEN_ARRAY); bytes[next] !== CLOSE_ARRAY; ) {
    const value = valueAt(bytes, next);
    values.push(value);
    next = following(bytes, value.end, CLOSE_ARRAY);
  }
  return values;
}

const wrong = (at: number, wanted: string): SyntaxError => new SyntaxError(`byte ${at}: ${wanted} expected`);

function keyOf(bytes: Buffer, start: number, end: number): string {
  try {
    return JSON.parse(bytes.toString("utf8", start, end)) as string;
  } catch {
    throw wrong(start, "a valid key");
  }
}

function blank(bytes: Buffer, at: number): number {
  let next = at;
  while (bytes[next] === 0x20 || bytes[next] === 0x0a || bytes[next] === 0x0d || bytes[next] === 0x09) next++;
  return next;
}

function opened(bytes: Buffer, at: number, bracket: number): number {
  const start = blank(bytes, at);
  if (bytes[start] !== bracket) throw wrong(start, `\`${String.fromCharCode(bracket)}\``);
  return blank(bytes, start + 1);
}

/** Past the comma, or at the closing bracket. */
function following(bytes: Buffer, at: number, close: number): number {
  const next = blank(bytes, at);
  if (bytes[next] === close) return next;
  if (bytes[next] !== COMMA) throw wrong(next, `\`,\` or \`${String.fromCharCode(close)}\``);
  const after = blank(bytes, next + 1);
  if (bytes[after] === close) throw wrong(after, "a value");
  return after;
}

/** Past the closing quote. */
function stringEnd(bytes: Buffer, at: number): number {
  if (bytes[at] !== QUOTE) throw wrong(at, "a string");
  for (let next = at + 1; next < bytes.length; next++) {
    if (bytes[next] === QUOTE) return next + 1;
    if (bytes[next] === BACKSLASH) next++;
  }
  throw wrong(bytes.length, "the end of a string");
}

/** Any value: brackets are counted, never recursed into, so that depth costs nothing. */
function valueAt(bytes: Buffer, at: number): Span {
  const start = blank(bytes, at);
  const first = bytes[start];
  if (first === QUOTE) return { start, end: stringEnd(bytes, start) };
  if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) return { start, end: scalarEnd(bytes, start) };
  let depth = 0;
  for (let next = start; next < bytes.length; ) {
    const byte = bytes[next];
    if (byte === QUOTE) {
      next = stringEnd(bytes, next);
      continue;
    }
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
    if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--;
    next++;
    if (depth === 0) return { start, end: next };
  }
  throw wrong(bytes.length, "a closing bracket");
}

function scalarEnd(bytes: Buffer, start: number): number {
  const text = bytes.toString("latin1", start, start + 64);
  const length = /^(?:true|false|null|-?\d[\d.eE+-]*)/.exec(text)?.[0].length ?? 0;
  if (length === 0) throw wrong(start, "a value");
  return start + length;
}
