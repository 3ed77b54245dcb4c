import assert from "node:assert/strict";
import test from "node:test";
import { parseIndex, rowOf } from "./pack-index.ts";

const ids = [0x00, 0x00, 0x7f, 0xff].map((first, i) => Buffer.alloc(20, i + 1).fill(first, 0, 1));

function second(offsets: readonly number[], large: readonly bigint[]): Buffer {
  const head = Buffer.alloc(8 + 1024);
  head.writeUInt32BE(0xff744f63, 0);
  head.writeUInt32BE(2, 4);
  for (let i = 0; i < 256; i++)
    head.writeUInt32BE(ids.filter((id) => (id[0] as number) <= i).length, 8 + 4 * i);
  const small = Buffer.alloc(16);
  offsets.forEach((offset, i) => small.writeUInt32BE(offset, 4 * i));
  const wide = Buffer.alloc(8 * large.length);
  large.forEach((offset, i) => wide.writeBigUInt64BE(offset, 8 * i));
  return Buffer.concat([head, ...ids, Buffer.alloc(16), small, wide, Buffer.alloc(20, 7), Buffer.alloc(20)]);
}

test("offsets beyond 2 GB stand in a table of their own", () => {
  const index = parseIndex(second([12, 0x80000001, 0x80000000, 500], [2n ** 31n, 5_000_000_000n]), 20);
  assert.deepEqual([...index.offsets], [12, 5_000_000_000, 2 ** 31, 500]);
  assert.deepEqual([...index.packChecksum], [...Buffer.alloc(20, 7)]);
  assert.deepEqual(
    ids.map((id) => rowOf(index, id)),
    [0, 1, 2, 3],
  );
  assert.equal(rowOf(index, Buffer.alloc(20, 0x7f)), -1);
});

test("an index that is cut, out of order, or points outside itself is refused", () => {
  const good = second([1, 2, 3, 4], []);
  for (const length of [0, 3, 1000, 1031, 1100, good.length - 60])
    assert.throws(() => parseIndex(good.subarray(0, length), 20), /cut off/);
  assert.throws(() => parseIndex(second([1, 2, 3, 0x80000000], []), 20), /outside/);
  const unordered = Buffer.from(good);
  unordered.writeUInt32BE(9, 8);
  assert.throws(() => parseIndex(unordered, 20), /order/);
});
