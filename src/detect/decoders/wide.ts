/** UTF-16 and UTF-32, either byte order, with or without a mark, also inside binary files: runs of ASCII between zero bytes. */
import { TEXT } from "./classes.ts";
import type { Decoder } from "./types.ts";

const FEWEST = 12;
const LONGEST = 1 << 20;

export const wide: Decoder = {
  id: "utf-16",
  *find(bytes, to, budget) {
    let at = bytes.indexOf(0);
    let floor = 0;
    while (at >= 0 && at < to) {
      const stride = strideAt(bytes, at);
      const first = stride === 0 ? -1 : firstOf(bytes, at, stride, floor);
      if (first < 0) {
        // Of many zero bytes only the last can begin something.
        let last = at;
        while (last + 1 < bytes.length && bytes[last + 1] === 0) last++;
        at = last > at ? last : nextZero(bytes, at + 1);
        continue;
      }
      const count = countUnits(bytes, first, stride);
      const end = first + (count - 1) * stride + 1;
      const resume = Math.max(end, at + 1);
      if (count >= FEWEST && budget.take(count)) {
        const decoded = Buffer.allocUnsafe(count);
        for (let i = 0; i < count; i++) decoded[i] = bytes[first + i * stride] as number;
        const name = [stride === 4 ? "utf-32" : "utf-16"];
        const low = bytes[first - 1] !== 0 || first < stride - 1; // the text byte comes first in its unit
        const unit = low ? 0 : stride - 1;
        yield {
          start: first - unit,
          end: Math.min(bytes.length, end + stride - 1 - unit),
          bytes: decoded,
          place: (start, stop) => ({
            start: first + start * stride - unit,
            end: Math.min(bytes.length, first + stop * stride - unit),
          }),
          through: () => name,
        };
        floor = resume;
      }
      at = nextZero(bytes, resume);
    }
  },
};

function nextZero(bytes: Buffer, from: number): number {
  return from >= bytes.length ? -1 : bytes.indexOf(0, from);
}

const isText = (byte: number | undefined): boolean => byte !== undefined && TEXT[byte] === 1;

/** How far characters stand from each other around a zero byte: 2, 4, or 0 where it is no wide text. */
function strideAt(bytes: Buffer, at: number): 0 | 2 | 4 {
  const isZero = (i: number): boolean => bytes[i] === 0;
  if (isText(bytes[at + 1]) && isZero(at + 2) && isText(bytes[at + 3])) return 2;
  if (isText(bytes[at - 1]) && isZero(at + 1) && isZero(at + 2) && isText(bytes[at + 3])) return 4;
  if (
    isZero(at + 1) &&
    isZero(at + 2) &&
    isText(bytes[at + 3]) &&
    isZero(at + 4) &&
    isZero(at + 5) &&
    isText(bytes[at + 7])
  )
    return 4;
  return 0;
}

function firstOf(bytes: Buffer, at: number, stride: number, floor: number): number {
  // The character before the first zero belongs to it when the order is little-endian.
  if (at - 1 >= floor && isText(bytes[at - 1])) return at - 1;
  return stride === 2 ? at + 1 : at + 3;
}

function countUnits(bytes: Buffer, first: number, stride: number): number {
  const limit = Math.min(bytes.length, first + LONGEST * stride);
  let count = 1;
  let at = first;
  for (; at + stride < limit; at += stride, count++) {
    if (!isText(bytes[at + stride])) break;
    let zeros = true;
    for (let i = 1; i < stride; i++) zeros &&= bytes[at + i] === 0;
    if (!zeros) break;
  }
  // Little-endian text that narrow text follows at once: that byte is not the text's. At odd places it is big-endian.
  const trailing = bytes[at + 1] !== 0 && at + 1 < bytes.length;
  const little = first % 2 === 0 && !(first >= stride - 1 && bytes[first - 1] === 0);
  return trailing && little && count > 1 ? count - 1 : count;
}
