/** What a masker must give, worked out the slow way and from the written definition, with no code of the masker. */

/** Terminal sequences; a line's end with a backslash before it, and white space and sequences behind it. */
const SEQUENCE =
  "\\x1b\\[[0-?]{0,40}[ -/]{0,4}[@-~]|\\x1b\\][^\\x07\\x1b\\r\\n]{0,500}(?:\\x07|\\x1b\\\\)|\\x1b[ -/]{1,2}[0-~]|\\x1b[0-Z\\\\^-~]";
const BREAK = new RegExp(`(${SEQUENCE})|\\\\?[\\r\\n](?:[ \\t\\r\\n]|\\\\(?=[\\r\\n])|${SEQUENCE})*`, "gy");

interface Kept {
  readonly text: Buffer;
  /** Where each kept byte stands. */
  readonly place: readonly number[];
  /** Numbers of the kept bytes before which a line ended. */
  readonly afterLine: readonly number[];
}

function unbroken(data: Buffer): Kept {
  const source = data.toString("latin1");
  const place: number[] = [];
  const afterLine: number[] = [];
  for (let at = 0; at < source.length; ) {
    BREAK.lastIndex = at;
    const found = BREAK.exec(source);
    if (found === null) place.push(at++);
    else {
      if (found[1] === undefined) afterLine.push(place.length);
      at += found[0].length;
    }
  }
  return { text: Buffer.from(place.map((at) => data[at] as number)), place, afterLine };
}

/** Marks every byte of every occurrence, and puts one mask for each run of them. */
export function oracle(
  data: Buffer,
  patterns: readonly Buffer[],
  { mask = "***", breaks = true } = {},
): Buffer {
  const covered = new Uint8Array(data.length);
  const each = (text: Buffer, pattern: Buffer, found: (at: number) => void): void => {
    for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1)) found(at);
  };
  const folded = unbroken(data);
  for (const pattern of patterns) {
    each(data, pattern, (at) => covered.fill(1, at, at + pattern.length));
    if (!breaks) continue;
    each(folded.text, pattern, (at) => {
      // A head of less than four bytes before the end of a line stays.
      const from = folded.afterLine.filter((line) => line > at && line - at < 4).at(-1) ?? at;
      if (from < at + pattern.length)
        covered.fill(1, folded.place[from], (folded.place[at + pattern.length - 1] as number) + 1);
    });
  }
  const out: Buffer[] = [];
  for (let at = 0; at < data.length; at++) {
    if (covered[at] === 0) out.push(data.subarray(at, at + 1));
    else if (covered[at - 1] !== 1) out.push(Buffer.from(mask));
  }
  return Buffer.concat(out);
}
