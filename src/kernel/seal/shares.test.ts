/** Keys in shares: any threshold of them and no fewer, for every pair of numbers; texts as people hand them in. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";
import fc from "fast-check";
import { Gathering } from "./gathering.ts";
import { combineShares, problemOf, readShare, splitKey } from "./shares.ts";

test("any threshold of the shares make the key, fewer make another", async () => {
  const numbers = fc
    .integer({ min: 2, max: 20 })
    .chain((shares) => fc.tuple(fc.constant(shares), fc.integer({ min: 2, max: shares })));
  await fc.assert(
    fc.asyncProperty(numbers, fc.infiniteStream(fc.nat()), async ([shares, threshold], random) => {
      const key = randomBytes(32);
      const made = await splitKey(key, { shares, threshold });
      assert.equal(made.length, shares);
      assert.ok(made.every((share) => share.length === 33));
      const order = [...made].sort(() => (Number(random.next().value) % 2 === 0 ? 1 : -1));
      assert.deepEqual(await combineShares(order.slice(0, threshold)), key);
      if (threshold > 2) assert.notDeepEqual(await combineShares(order.slice(0, threshold - 1)), key);
    }),
    { numRuns: 40 },
  );
});

test("one share is the key; 255 are the most", async () => {
  const key = randomBytes(32);
  assert.deepEqual(await splitKey(key, { shares: 1, threshold: 1 }), [key]);
  assert.deepEqual(await combineShares([key]), key);
  const all = await splitKey(key, { shares: 255, threshold: 255 });
  assert.deepEqual(await combineShares(all), key);
  assert.notDeepEqual(await combineShares(all.slice(1)), key);
  for (const counts of [
    { shares: 0, threshold: 0 },
    { shares: 256, threshold: 2 },
    { shares: 3, threshold: 4 },
    { shares: 3, threshold: 1 },
    { shares: 3, threshold: 0 },
    { shares: -1, threshold: 1 },
  ])
    assert.ok(problemOf(counts) !== null, JSON.stringify(counts));
  for (const [shares, threshold, problem] of [
    [255, 255, null],
    [255, 2, null],
    [2, 2, null],
    [1, 1, null],
    [0, 1, /shares must be at least one/],
    [1, 0, /threshold must be at least one/],
    [256, 2, /shares must be less than 256/],
    [255, 256, /threshold must be less than 256/],
    [2, 1, /greater than one for multiple shares/],
    [1, 2, /cannot be larger than shares/],
    [3, 4, /cannot be larger than shares/],
  ] as const)
    if (problem === null) assert.equal(problemOf({ shares, threshold }), null, `${shares} ${threshold}`);
    else assert.match(problemOf({ shares, threshold }) ?? "", problem);
});

test("what cannot be shares of one key makes none", async () => {
  const [a, b] = (await splitKey(randomBytes(32), { shares: 2, threshold: 2 })) as [Buffer, Buffer];
  assert.equal(await combineShares([]), null);
  assert.equal(await combineShares([a, b.subarray(1)]), null, "of different lengths");
  const samePlace = Buffer.from(a);
  samePlace[0] = (samePlace[0] ?? 0) ^ 1;
  assert.equal(await combineShares([a, samePlace]), null, "two for one place");
});

test("a share is hex or base64 of 16 to 33 bytes; everything else is refused without being repeated", () => {
  const share = randomBytes(33);
  assert.deepEqual(readShare(Buffer.from(share.toString("hex"))), share);
  assert.deepEqual(readShare(Buffer.from(share.toString("hex").toUpperCase())), share);
  assert.deepEqual(readShare(Buffer.from(share.toString("base64"))), share);
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      try {
        const read = readShare(Buffer.from(text));
        assert.ok(read.length >= 16 && read.length <= 33);
      } catch (error) {
        const { code, message } = error as { code: string; message: string };
        assert.equal(code, "seal.refused");
        assert.ok(text.length < 12 || !message.includes(text));
      }
    }),
  );
});

test("gathered shares count once, are one operation, and go when nobody goes on", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let idle = 0;
  const gathering = new Gathering(() => idle++, 1_000);
  const [a, b] = (await splitKey(randomBytes(32), { shares: 2, threshold: 2 })) as [Buffer, Buffer];
  assert.equal(gathering.nonce, "");
  assert.ok(gathering.add(a));
  const { nonce } = gathering;
  assert.ok(!gathering.add(Buffer.from(a)));
  assert.equal(gathering.progress, 1);
  t.mock.timers.tick(999);
  assert.equal(gathering.progress, 1);
  t.mock.timers.tick(1);
  assert.deepEqual([gathering.progress, gathering.nonce, idle], [0, "", 1]);
  assert.ok(gathering.add(b));
  assert.notEqual(gathering.nonce, nonce);
});
