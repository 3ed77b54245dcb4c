/** Sets of bytes as eight words of 32 bits: hundreds of expressions are looked into at every start. Never changed once made. */
export type ByteSet = Uint32Array;

export const NO_BYTE: ByteSet = new Uint32Array(8);
export const EVERY_BYTE: ByteSet = new Uint32Array(8).fill(0xffffffff);

export const has = (set: ByteSet, byte: number): boolean =>
  (((set[byte >> 5] ?? 0) >>> (byte & 31)) & 1) === 1;

export function byteSet(test: (byte: number) => boolean): ByteSet {
  const set = new Uint32Array(8);
  for (let byte = 0; byte < 256; byte++)
    if (test(byte)) set[byte >> 5] = (set[byte >> 5] ?? 0) | (1 << (byte & 31));
  return set;
}

export function union(sets: readonly ByteSet[]): ByteSet {
  if (sets.length === 1) return sets[0] as ByteSet;
  const all = new Uint32Array(8);
  for (const set of sets) for (let i = 0; i < 8; i++) all[i] = (all[i] ?? 0) | (set[i] ?? 0);
  return all;
}

export const complement = (set: ByteSet): ByteSet => set.map((word) => ~word);

export const meet = (a: ByteSet, b: ByteSet): boolean => a.some((word, i) => (word & (b[i] ?? 0)) !== 0);

export const within = (a: ByteSet, b: ByteSet): boolean => a.every((word, i) => (word & ~(b[i] ?? 0)) === 0);

export function members(set: ByteSet): number[] {
  const list: number[] = [];
  for (let byte = 0; byte < 256; byte++) if (has(set, byte)) list.push(byte);
  return list;
}
