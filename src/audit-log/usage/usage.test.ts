/** The usage index: what counts as a use, going on where it stood, and logs that are another's, cut or forged. */
import assert from "node:assert/strict";
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { ManualClock } from "../../core/clock.ts";
import { openAuditLog } from "../index.ts";
import { readUsage } from "./index.ts";
import { useOf } from "./uses.ts";

const DAY = 86_400_000;
const stage = (name: string, environment = "prod") => ({
  display_name: `approle-${name}`,
  metadata: { project: "fraud", stage: name, environment },
});
const entry = (path: string, more: object = {}) => ({
  type: "response",
  operation: "read",
  path,
  mount_type: "kv",
  status: 200,
  auth: stage("train"),
  ...more,
});

function place(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-usage-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, "audit");
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  return {
    folder,
    clock,
    file: join(root, "usage.json"),
    write: async (entries: readonly object[], options: { maxFileBytes?: number } = {}) => {
      const log = await openAuditLog({ folder, clock, ...options });
      for (const one of entries) await log.append(one);
      await log.close();
    },
    parts: () =>
      readdirSync(folder)
        .filter((name) => name.endsWith(".jsonl"))
        .sort(),
  };
}

test("what gave a credential out counts, and nothing else does", () => {
  const uses = (more: object, path = "secret/data/fraud/prod/openai"): boolean =>
    useOf(entry(path, more) as never) !== null;
  assert.ok(uses({}));
  assert.ok(uses({ mount_type: "database" }, "database/creds/features-prod"));
  assert.ok(uses({ mount_type: "aws", operation: "update" }, "aws/sts/train"));
  assert.ok(uses({}, "secret/data/metadata/x"), "a secret below a folder of that name");
  assert.ok(!uses({ status: 403 }));
  assert.ok(!uses({ status: 404 }));
  assert.ok(!uses({ type: "request" }));
  assert.ok(!uses({ operation: "update" }), "a new value is no use of the old one");
  assert.ok(!uses({}, "secret/metadata/fraud/prod/openai"));
  assert.ok(!uses({}, "secret/metadata/data/openai"));
  assert.ok(!uses({ mount_type: "bulkhead-runs" }, "bulkhead/runs"));
  assert.ok(!uses({ mount_type: "system" }, "sys/mounts"));
  for (const odd of [{ status: "200" }, { path: 7 }, { mount_type: null }, { operation: {} }])
    assert.equal(useOf({ ...entry("secret/data/x"), ...odd }), null);
  assert.deepEqual(useOf(entry("secret/data/x", { auth: null }))?.reader, "unnamed");
  const odd = {
    display_name: "root",
    metadata: JSON.parse('{"__proto__":{"project":"a","stage":"b","environment":"c"}}') as object,
  };
  assert.equal(useOf(entry("secret/data/x", { auth: odd }) as never)?.reader, "root");
});

test("it goes on where it stood, over parts, and gives the same as reading all", async (t) => {
  const at = place(t);
  const names = ["openai", "hub", "__proto__", "wandb\u202e<script>"];
  let kept = await readUsage({ folders: [at.folder], file: at.file });
  assert.deepEqual([kept.paths.size, kept.covers], [0, null]);
  for (let round = 0; round < 5; round++) {
    at.clock.advance(DAY);
    await at.write(
      names.flatMap((name, index) => [
        { type: "request", path: `secret/data/${name}` },
        entry(`secret/data/${name}`, { auth: stage(index % 2 === 0 ? "train" : "serve") }),
      ]),
      { maxFileBytes: 900 },
    );
    kept = await readUsage({ folders: [at.folder], file: at.file });
  }
  assert.ok(at.parts().length > 3, "several parts");
  const whole = await readUsage({ folders: [at.folder], file: null });
  assert.deepEqual(kept, whole);
  const openai = kept.paths.get("secret/data/openai");
  assert.deepEqual([openai?.count, openai?.last], [5, at.clock.now()]);
  assert.deepEqual([...(openai?.readers.keys() ?? [])], ["fraud/train in prod"]);
  assert.equal(kept.paths.get("secret/data/__proto__")?.count, 5);
  assert.deepEqual(kept.covers, { from: Date.UTC(2026, 0, 2), to: at.clock.now() });
});

test("what was read is not read again", async (t) => {
  const at = place(t);
  await at.write([entry("secret/data/a"), entry("secret/data/b")]);
  await readUsage({ folders: [at.folder], file: at.file });
  // What is remembered is what is answered: a count that no log holds shows that nothing was read anew.
  writeFileSync(at.file, readFileSync(at.file, "utf8").replaceAll("secret/data/a", "secret/data/z"));
  assert.ok((await readUsage({ folders: [at.folder], file: at.file })).paths.has("secret/data/z"));
  await at.write([entry("secret/data/c")]);
  const grown = await readUsage({ folders: [at.folder], file: at.file });
  assert.deepEqual([...grown.paths.keys()], ["secret/data/z", "secret/data/b", "secret/data/c"]);
});

test("a log that is another's is read from its beginning", async (t) => {
  const [at, other] = [place(t), place(t)];
  await at.write([entry("secret/data/a"), entry("secret/data/b")]);
  await readUsage({ folders: [at.folder], file: at.file });
  await other.write([entry("secret/data/x"), entry("secret/data/y"), entry("secret/data/z")]);
  copyFileSync(join(other.folder, "0001.00001.jsonl"), join(at.folder, "0001.00001.jsonl"));
  const usage = await readUsage({ folders: [at.folder], file: at.file });
  assert.deepEqual([...usage.paths.keys()].sort(), ["secret/data/x", "secret/data/y", "secret/data/z"]);
  const same = place(t);
  await same.write([entry("secret/data/u"), entry("secret/data/v"), entry("secret/data/w")]);
  copyFileSync(join(same.folder, "0001.00001.jsonl"), join(at.folder, "0001.00001.jsonl"));
  const replaced = await readUsage({ folders: [at.folder], file: at.file });
  assert.ok(replaced.paths.has("secret/data/u"), "one of the very same length");
  rmSync(join(at.folder, "0001.00001.jsonl"));
  assert.equal((await readUsage({ folders: [at.folder], file: at.file })).paths.size, 0, "gone");
  writeFileSync(at.file, "{");
  await at.write([entry("secret/data/n")]);
  assert.equal((await readUsage({ folders: [at.folder], file: at.file })).paths.size, 1, "a damaged index");
});

test("a line that somebody put in is evidence of nothing, and the period is no longer covered", async (t) => {
  const at = place(t);
  await at.write([entry("secret/data/a")]);
  const before = await readUsage({ folders: [at.folder], file: at.file });
  assert.notEqual(before.covers, null);
  const file = join(at.folder, "0001.00001.jsonl");
  const [line = ""] = readFileSync(file, "utf8").split("\n");
  const forged = line.replace("secret/data/a", "secret/data/forged").replace('"seq":1', '"seq":2');
  appendFileSync(file, `${forged}\n${line.replace("secret/data/a", "secret/data/later")}\n`);
  for (const kept of [at.file, null, at.file]) {
    const usage = await readUsage({ folders: [at.folder], file: kept });
    assert.deepEqual([...usage.paths.keys()], ["secret/data/a"]);
    assert.deepEqual([usage.covers, usage.broken.length, usage.broken[0]?.seq], [null, 1, 2]);
  }
});

test("a whole line of this log that stands in another place is evidence of nothing either", async (t) => {
  const at = place(t);
  await at.write([entry("secret/data/a"), entry("secret/data/b")]);
  const file = join(at.folder, "0001.00001.jsonl");
  const [first = ""] = readFileSync(file, "utf8").split("\n");
  appendFileSync(file, `${first}\n`);
  const usage = await readUsage({ folders: [at.folder], file: null });
  assert.deepEqual([usage.paths.get("secret/data/a")?.count, usage.covers], [1, null]);
});
