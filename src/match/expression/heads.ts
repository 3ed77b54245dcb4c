/** The first bytes of an expression's matches: what tells most places where none can begin without trying the expression. */
import { has } from "../byte-set.ts";
import { pathsOf } from "./outline.ts";
import type { Node } from "./parse.ts";

/** Bytes that are looked at, and ways to begin that fit one word. */
const DEPTH = 3;
const MOST_WAYS = 32;

/** For each of the first bytes, 256 words: the bit of each way to begin that may have the byte there. */
export type Heads = Uint32Array;

/** Null where there are too many ways. */
export function headsOf(node: Node): Heads | null {
  const paths = pathsOf(node, DEPTH, false);
  if (paths.length > MOST_WAYS) return null;
  const heads = new Uint32Array(256 * DEPTH);
  for (let at = 0; at < heads.length; at++)
    paths.forEach(({ sets }, way) => {
      const set = sets[at >> 8];
      if (set === undefined || has(set, at & 255)) heads[at] = (heads[at] as number) | (1 << way);
    });
  return heads;
}

/** The first place in [from, to] at which a match may begin, `to + 1` for none. What lies beyond the bytes may be anything. */
export function nextHead(heads: Heads, bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at <= to; at++) {
    const one = heads[bytes[at] as number] as number;
    if (one === 0) continue;
    const two = at + 1 < bytes.length ? one & (heads[256 + (bytes[at + 1] as number)] as number) : one;
    if (two === 0) continue;
    if (at + 2 >= bytes.length || (two & (heads[512 + (bytes[at + 2] as number)] as number)) !== 0) return at;
  }
  return to + 1;
}
