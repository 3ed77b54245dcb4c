import assert from "node:assert/strict";
import test from "node:test";
import { lineOf, progressOn } from "./progress.ts";

test("progress is for terminals, after a while, and leaves nothing behind", () => {
  const written: string[] = [];
  const stream = (isTTY: boolean) => ({
    isTTY,
    columns: 60,
    write: (text: string | Uint8Array) => written.push(String(text)) > 0,
  });
  let time = 0;
  const done = { count: 3, noun: "file", bytes: 2_000_000, total: 4_000_000 };
  progressOn({ stderr: stream(false) }, () => (time += 1000)).show(done);
  assert.deepEqual(written, []);
  time = 0;
  const progress = progressOn({ stderr: stream(true) }, () => time);
  time = 400;
  progress.show(done);
  assert.deepEqual(written, [], "too early");
  time = 1000;
  progress.show(done);
  assert.match(written.join(""), /3 files, 2\.0 MB, 2\.0 MB\/s, 1 s left of 4\.0 MB$/);
  progress.clear();
  assert.equal(written.at(-1), "\r\x1b[2K");
  assert.equal(lineOf({ count: 1, noun: "version", bytes: 10 }, 1), "1 version, 10 B, 10 B/s");
});
