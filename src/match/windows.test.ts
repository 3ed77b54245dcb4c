import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";
import { scale } from "../../test/support/scale.ts";
import { createWindowFilter, type WindowFilter } from "./windows.ts";

const CAPACITY = 4096;

/** The first place of all passes. */
function first(filter: WindowFilter, from: number, end: number): number {
  let place = end;
  for (let pass = 0; pass < filter.passes; pass++) place = Math.min(place, filter.find(pass, from, end));
  return place;
}

test("a string of any length is seen at any place, near its beginning", () => {
  for (let round = 0; round < scale(20, 300); round++)
    for (const length of [6, 7, 8, 15, 16, 17, 25, 300]) {
      const string = randomBytes(length);
      const filter = createWindowFilter([string, randomBytes(40)], { capacity: CAPACITY, breaks: false });
      const text = randomBytes(CAPACITY);
      const at = (round * 131 + length) % (CAPACITY - length + 1);
      string.copy(text, at);
      filter.input.set(text);
      const from = Math.max(0, at - (round % 40));
      const place = first(filter, from, CAPACITY);
      assert.ok(place <= at + filter.reach && place < CAPACITY, `${length} bytes at ${at}, seen at ${place}`);
    }
});

test("a string with a break is seen by the break, whatever the break and wherever it is", () => {
  const breaks = [
    "\n",
    "\r\n",
    "\\\n",
    "\n \t",
    "\u001b[1;31m",
    "\u001b]8;;http://x\u0007",
    "\u001b]0;t\u001b\\",
    "\u001b(B",
    "\u001bM",
    "\n\u001b[0m\n",
  ];
  for (const length of [6, 9, 10, 16, 40])
    for (const one of breaks)
      for (let cut = 1; cut < length; cut++) {
        const string = Buffer.from(Array.from({ length }, (_, i) => 0x61 + ((i * 7 + length) % 26)));
        const filter = createWindowFilter([string], { capacity: CAPACITY, breaks: true });
        const at = 100 + cut;
        const text = Buffer.alloc(CAPACITY, ".");
        Buffer.concat([string.subarray(0, cut), Buffer.from(one), string.subarray(cut)]).copy(text, at);
        filter.input.set(text);
        const place = first(filter, 3, CAPACITY);
        assert.ok(
          place >= at && place <= at + cut,
          `${length} bytes, ${JSON.stringify(one)} after ${cut}: ${place}`,
        );
      }
});

test("what holds nothing is passed over, what may go on behind the end is not", () => {
  const filter = createWindowFilter([Buffer.from("a-known-string-of-some-length")], {
    capacity: CAPACITY,
    breaks: true,
  });
  const put = (text: string): number => {
    filter.input.fill(0).write(text, "latin1");
    return text.length;
  };
  const plain = "ordinary text\r\n  \u001b[32mgreen\u001b[0m \\ \u001b[ \u001b] é\n".repeat(40);
  assert.ok(first(filter, 0, put(`${plain}the end is far away from here`)) >= plain.length - 1);
  for (const open of [
    "a-kno\n",
    "a-kno\n   ",
    "a-kno\u001b",
    "a-kno\u001b[3",
    "a-kno\u001b]8;;x",
    "a-kno\r\nwn",
  ]) {
    const end = put(`... ${open}`);
    assert.equal(first(filter, 0, end), 9, JSON.stringify(open));
  }
});

test("strings too short to be looked for are refused", () => {
  assert.throws(() => createWindowFilter([Buffer.from("short")], { capacity: 64, breaks: true }), TypeError);
});
