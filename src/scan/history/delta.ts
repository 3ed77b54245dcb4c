/** Git's deltas: copies out of a base and inserted bytes. They may be hostile: every range is checked before a byte moves. */
import { PackError } from "./pack-index.ts";

/** Three numbers an operation: where its bytes begin in the base (or `-1 - offset` in the delta: an insert), where in the result, how many. */
export interface Operations {
  ops: Int32Array;
  count: number;
  resultSize: number;
}

export const newOperations = (): Operations => ({ ops: new Int32Array(3 * 256), count: 0, resultSize: 0 });

/** Parses into `into`. Copies that go on where the one before ended are one. `most`: bytes the result may have. */
export function parseDelta(delta: Uint8Array, baseSize: number, most: number, into: Operations): void {
  const end = delta.length;
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      if (at >= end || scale > 2 ** 49) throw new PackError("a delta's header is wrong");
      const byte = delta[at++] as number;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  if (varint() !== baseSize) throw new PackError("a delta is of another base");
  const resultSize = varint();
  if (resultSize > most) throw new TooLarge();
  let { ops } = into;
  let used = 0;
  let result = 0;
  while (at < end) {
    const code = delta[at++] as number;
    let from: number;
    let length: number;
    if (code & 128) {
      from = 0;
      length = 0;
      for (let bit = 0; bit < 4; bit++) if (code & (1 << bit)) from += (delta[at++] ?? 0) * 2 ** (8 * bit);
      for (let bit = 0; bit < 3; bit++) if (code & (16 << bit)) length += (delta[at++] ?? 0) * 2 ** (8 * bit);
      if (length === 0) length = 0x10000;
      if (at > end || from + length > baseSize)
        throw new PackError("a delta copies what its base does not have");
    } else {
      if (code === 0 || at + code > end) throw new PackError("a delta's operation is wrong");
      from = -1 - at;
      length = code;
      at += code;
    }
    if (result + length > resultSize) throw new PackError("a delta makes more than it says");
    if (used > 0 && from >= 0) {
      const last = ops[used - 3] as number;
      if (last >= 0 && last + (ops[used - 1] as number) === from) {
        ops[used - 1] = (ops[used - 1] as number) + length;
        result += length;
        continue;
      }
    }
    if (used + 3 > ops.length) {
      const larger = new Int32Array(ops.length * 2);
      larger.set(ops);
      ops = into.ops = larger;
    }
    ops[used] = from;
    ops[used + 1] = result;
    ops[used + 2] = length;
    used += 3;
    result += length;
  }
  if (result !== resultSize) throw new PackError("a delta makes less than it says");
  into.count = used / 3;
  into.resultSize = resultSize;
}

/** Beyond what is held in memory: git streams it. */
export class TooLarge extends Error {}

/** Writes the result, whose size is that of `into`. */
export function applyDelta(operations: Operations, delta: Buffer, base: Buffer, into: Buffer): void {
  const { ops, count } = operations;
  for (let i = 0; i < count; i++) {
    const from = ops[3 * i] as number;
    const at = ops[3 * i + 1] as number;
    const length = ops[3 * i + 2] as number;
    if (from >= 0) base.copy(into, at, from, from + length);
    else if (length > 24) delta.copy(into, at, -1 - from, -1 - from + length);
    else for (let j = 0, data = -1 - from; j < length; j++) into[at + j] = delta[data + j] as number;
  }
}
