/** The launcher and its cache: quick, private, and never in the way. (Times are printed by `npm run bench:start`, not asserted.) */
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { sandbox } from "./support.ts";

const cacheOf = (store: string): string => join(store, "cache");

test("the code cache is made, is private, holds no value, and a damaged one changes nothing", (t) => {
  const box = sandbox(t);
  const value = fake("sk-", 40);
  const put = box.bulkhead(["secret", "put", "secret/data/x/dev/key"], { input: value });
  assert.equal(put.code, 0, put.stderr);
  const get = (): string => box.bulkhead(["secret", "get", "secret/data/x/dev/key"]).stdout;
  assert.equal(get(), value);
  const folder = cacheOf(box.store);
  const caches = readdirSync(folder).filter((name) => name.endsWith(".v8"));
  assert.ok(caches.some((name) => name.includes("secret-get")));
  for (const name of caches) {
    const file = join(folder, name);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const bytes = readFileSync(file);
    assert.ok(!bytes.includes(value) && !bytes.includes(Buffer.from(value, "utf16le")));
    for (const damage of [
      Buffer.alloc(0),
      bytes.subarray(0, 1000),
      Buffer.concat([bytes.subarray(0, 40), Buffer.alloc(bytes.length - 40, 1)]),
    ]) {
      writeFileSync(file, damage);
      assert.equal(get(), value);
    }
  }
});

test("no cache is made where there is no store, and none is read that others could have written", (t) => {
  const box = sandbox(t);
  box.bulkhead(["help"]);
  assert.equal(existsSync(box.store), false, "help makes nothing");
  mkdirSync(cacheOf(box.store), { recursive: true });
  chmodSync(box.store, 0o755);
  box.bulkhead(["help"]);
  assert.deepEqual(readdirSync(cacheOf(box.store)), []);
});

test("--version says the package's version, through sh and through Node", (t) => {
  const box = sandbox(t);
  const { version } = JSON.parse(
    readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8"),
  ) as { version: string };
  for (const flag of ["--version", "-V", "version"])
    assert.equal(box.bulkhead([flag]).stdout, `bulkhead ${version}\n`, flag);
});
