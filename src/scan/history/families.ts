/**
 * Which families of a pack are walked: a family is a whole blob and all versions that are made from it by deltas, directly or not.
 * Only what leads to a wanted blob is rebuilt.
 */
import { BLOB, type Pack } from "./pack.ts";

/** Flags of an object. */
export const WANTED = 1;
const NEEDED = 2;

export interface Families {
  /** By object: `WANTED` where the blob is to be looked at. */
  readonly flags: Uint8Array;
  /** First version made from an object, and the next one made from the same; -1 none. */
  readonly children: Int32Array;
  readonly siblings: Int32Array;
  readonly roots: readonly number[];
  /** Inflated bytes of the family of each root, about. */
  readonly weights: readonly number[];
  /** Wanted, but not to be had from this pack. */
  readonly unreachable: readonly number[];
}

export function familiesOf(pack: Pack, wanted: (object: number) => boolean): Families {
  const { count, bases, types, sizes } = pack;
  const flags = new Uint8Array(new SharedArrayBuffer(count));
  const children = new Int32Array(new SharedArrayBuffer(count * 4)).fill(-1);
  const siblings = new Int32Array(new SharedArrayBuffer(count * 4)).fill(-1);
  const unreachable: number[] = [];
  const roots: number[] = [];
  const weightOf = new Map<number, number>();
  const rootOf = new Int32Array(count).fill(-1);
  const chain: number[] = [];
  for (let i = 0; i < count; i++) {
    const type = types[i] as number;
    if ((type !== BLOB && type !== 0) || !wanted(i)) continue;
    if (type === 0) {
      unreachable.push(i);
      continue;
    }
    flags[i] = (flags[i] as number) | WANTED;
    chain.length = 0;
    let at = i;
    while (((flags[at] as number) & NEEDED) === 0) {
      flags[at] = (flags[at] as number) | NEEDED;
      chain.push(at);
      const base = bases[at] as number;
      if (base < 0) {
        roots.push(at);
        rootOf[at] = at;
        weightOf.set(at, 0);
        break;
      }
      siblings[at] = children[base] as number;
      children[base] = at;
      at = base;
    }
    const root = rootOf[at] as number;
    let weight = 0;
    for (const one of chain) {
      rootOf[one] = root;
      weight += (sizes[one] as number) + 1000;
    }
    weightOf.set(root, (weightOf.get(root) as number) + weight);
  }
  return {
    flags,
    children,
    siblings,
    roots,
    weights: roots.map((root) => weightOf.get(root) as number),
    unreachable,
  };
}
