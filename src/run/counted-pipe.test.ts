import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { fake } from "../../test/support/fake.ts";
import { Secret } from "../core/secret.ts";
import { CountedPipe } from "./counted-pipe.ts";

const cat = async (path: string): Promise<string> =>
  (await promisify(execFile)("cat", [path], { maxBuffer: 10_000_000 })).stdout;

for (const size of [1, 100, 65_536, 1_000_000])
  test(`a value of ${size} bytes is given out whole, as often as was said and no more`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "bulkhead-test-"));
    const value = fake("", size);
    const pipe = new CountedPipe(join(folder, "p"), Secret.copy(value), 3);
    try {
      for (const count of [1, 2, 3]) {
        assert.ok((await cat(pipe.path)) === value);
        assert.equal(pipe.reads, count);
      }
      assert.ok(!existsSync(pipe.path));
      await assert.rejects(cat(pipe.path));
    } finally {
      pipe.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

test("a reader that goes away early takes its turn, and the next one gets all of it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-test-"));
  const value = fake("", 500_000);
  const pipe = new CountedPipe(join(folder, "p"), Secret.copy(value), 2);
  try {
    const { stdout } = await promisify(execFile)("head", ["-c", "10", pipe.path]);
    assert.equal(stdout, value.slice(0, 10));
    assert.ok((await cat(pipe.path)) === value);
    assert.ok(!existsSync(pipe.path));
  } finally {
    pipe.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
