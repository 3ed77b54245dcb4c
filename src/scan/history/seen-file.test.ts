/** Histories that are scanned in parts: interrupted and gone on with, in shards, several as one. Nothing is lost or found twice. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import fc from "fast-check";
import { fake } from "../../../test/support/fake.ts";
import { blobId, importCommits, testRepository } from "../../../test/support/git-history.ts";
import { createDetector } from "../../detect/detector.ts";
import { providers } from "../../providers/index.ts";
import { historyScanner } from "../scanner.ts";
import { scanHistory } from "./index.ts";
import { IdTable } from "./id-table.ts";
import { openSeenFile } from "./seen-file.ts";
import { pathsInList, scanHistories } from "./several.ts";
import type { HistoryScan, HistoryScanner, ScanHistoryOptions } from "./types.ts";

const made = historyScanner(createDetector({ providers }));
const scanner = (): HistoryScanner => ({
  ...made,
  mayNeedFormat: (path) => path.endsWith(".ipynb"),
});
const key = (seed: string): string => fake("hf_", 34, "alnum", seed);

/** Versions with a key in every ninth file, half of them in packs. */
function repositoryOf(t: TestContext, seed: string, commits = 20): string {
  const repository = testRepository(t);
  const text = Array.from({ length: 30 }, (_, i) => fake("", 40, "lower", `${seed}${i}`)).join("\n");
  const commit = (i: number) => ({
    author: "Grace",
    files: new Map(
      Array.from({ length: 12 }, (_, j): [string, Buffer] => {
        const secret = (i + j) % 9 === 0 ? `token = "${key(`${seed}${i % 5}`)}"\n` : "";
        return [`d${j % 3}/f${j}${j === 4 ? ".ipynb" : ".txt"}`, Buffer.from(`${i} ${j}\n${secret}${text}`)];
      }),
    ),
  });
  importCommits(
    repository,
    Array.from({ length: commits }, (_, i) => commit(i)),
  );
  repository.git("repack", "-adfq");
  importCommits(repository, [commit(commits), commit(commits + 1)], 1);
  return repository.root;
}

async function textsOf(scan: HistoryScan): Promise<string[]> {
  const texts: string[] = [];
  for await (const { found, ...finding } of scan) {
    const { match, ...place } = found;
    texts.push(JSON.stringify([finding, place, match.rule.id, match.value.toString("latin1")]));
  }
  return texts;
}
const one = (root: string, options: Partial<ScanHistoryOptions> = {}): HistoryScan =>
  scanHistory({ root, scanner, threads: 1, ...options });

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-seen-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("a scan that was killed anywhere goes on, and reports what an uninterrupted one does", async (t) => {
  const root = repositoryOf(t, "kill");
  const whole = await textsOf(one(root));
  assert.ok(whole.length > 10);
  const folder = scratch(t);
  const path = join(folder, "seen");
  const full = openSeenFile(path, made.rules);
  assert.deepEqual(await textsOf(one(root, { seen: full })), whole);
  full.close();
  const bytes = readFileSync(path);
  let skipped = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length), fc.nat(3), async (length, adds) => {
      writeFileSync(path, bytes.subarray(0, length));
      // ends after some batches, as a kill would
      const cut = openSeenFile(path, made.rules);
      let left = adds;
      const killed = {
        has: cut.has,
        add(ids: readonly string[]) {
          if (left-- === 0) throw new Error("killed");
          return cut.add(ids);
        },
      };
      await textsOf(one(root, { seen: killed })).catch((error: Error) =>
        assert.equal(error.message, "killed"),
      );
      cut.close();
      const seen = openSeenFile(path, made.rules);
      const scan = one(root, { seen });
      assert.deepEqual(await textsOf(scan), whole);
      skipped += scan.summary.skipped;
      seen.close();
      const after = openSeenFile(path, made.rules);
      assert.equal(after.size, full.size);
      after.close();
    }),
    { numRuns: 5 },
  );
  assert.ok(skipped > 0, "something was not read again");
});

test("what is kept is ids of blobs without findings, for us alone, under these rules", async (t) => {
  const root = repositoryOf(t, "kept");
  const path = join(scratch(t), "seen");
  const seen = openSeenFile(path, made.rules);
  const scan = one(root, { seen });
  const found = await textsOf(scan);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.ok(seen.size > 100 && seen.size < scan.summary.blobs);
  for (const text of found) assert.equal(seen.has((JSON.parse(text) as [{ blob: string }])[0].blob), false);
  seen.close();
  const known = openSeenFile(path, made.rules);
  assert.equal(known.size, seen.size);
  known.add(["11".repeat(20), "22".repeat(32)]);
  assert.ok(known.has("22".repeat(32)) && !known.has("22".repeat(20)));
  known.close();
  const more = openSeenFile(path, made.rules);
  assert.deepEqual([more.size, more.has("22".repeat(32))], [seen.size + 2, true]);
  more.close();
  const damaged = readFileSync(path);
  damaged[damaged.length - 1]! ^= 1;
  writeFileSync(path, damaged);
  const rest = openSeenFile(path, made.rules);
  assert.equal(rest.size, seen.size + 1, "a damaged record does not count");
  rest.close();
  const other = openSeenFile(path, made.rules.slice(1));
  assert.equal(other.size, 0, "other rules read everything anew");
  other.close();
  chmodSync(path, 0o666);
  assert.throws(() => openSeenFile(path, made.rules), { code: "io.failed" });
});

test("a blob whose name asks for a format is kept only when the format has looked at it", async (t) => {
  const repository = testRepository(t);
  const content = Buffer.from("plain to the eye\n");
  importCommits(repository, [{ author: "Grace", files: new Map([["a.ipynb", content]]) }]);
  const told: string[] = [];
  let looks = 0;
  const broken = (): HistoryScanner => ({
    ...scanner(),
    scanner: {
      ...made.scanner,
      needsFormat: (path) => path.endsWith(".ipynb"),
      scan: async () => {
        looks++;
        return { found: [], bytes: 0, unread: [{ path: "", reason: "cut off" }] };
      },
    },
  });
  const seen = { has: () => false, add: (ids: readonly string[]) => void told.push(...ids) };
  await textsOf(one(repository.root, { scanner: broken, seen }));
  assert.deepEqual([looks > 0, told], [true, []]);
  await textsOf(one(repository.root, { seen }));
  assert.deepEqual(told, [blobId(content)]);
});

test("shards of a history: each blob in one, every value at every path in at least one, none besides", async (t) => {
  const root = repositoryOf(t, "shards");
  const brief = (texts: readonly string[]): string[] =>
    texts.map((text) => {
      const [{ path }, , rule, value] = JSON.parse(text) as [{ path: string }, unknown, string, string];
      return `${path} ${rule} ${value}`;
    });
  const scan = one(root);
  const whole = brief(await textsOf(scan));
  for (const mode of ["deltas", "blobs"] as const)
    for (const count of [2, 3]) {
      const parts = Array.from({ length: count }, (_, i) =>
        one(root, { mode, shard: { index: i + 1, count } }),
      );
      const texts = await Promise.all(parts.map(textsOf));
      assert.deepEqual([...new Set(texts.flatMap(brief))].sort(), [...whole].sort());
      assert.equal(
        parts.reduce((sum, { summary }) => sum + summary.blobs, 0),
        scan.summary.blobs,
      );
      assert.ok(parts.every(({ summary }) => summary.blobs > 0));
    }
});

test("several histories in one scan, under their names; one that cannot be opened is named", async (t) => {
  const [a, b] = [repositoryOf(t, "a", 4), repositoryOf(t, "b", 5)];
  const repositories = [
    { root: a, name: "x/a" },
    { root: scratch(t), name: "none" },
    { root: b, name: "b" },
  ];
  const scan = scanHistories({ repositories, scanner, threads: 1 });
  const texts = await textsOf(scan);
  const [inA, inB] = [one(a), one(b)];
  assert.equal(texts.length, (await textsOf(inA)).length + (await textsOf(inB)).length);
  assert.ok(texts.every((text) => /^\[\{.*"path":"(x\/a|b)\/d/.test(text)));
  assert.equal(scan.summary.blobs, inA.summary.blobs + inB.summary.blobs);
  assert.deepEqual(
    scan.summary.unread.map(({ path }) => path),
    ["none"],
  );
  assert.deepEqual(pathsInList("# ours\na\n\n b c \r\n"), ["a", "b c"]);
});

test("a table of ids holds what was put in and nothing else", () => {
  const id = fc.uint8Array({ minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(fc.uniqueArray(id, { minLength: 2, maxLength: 3000, selector: String }), (ids) => {
      const table = new IdTable(20);
      const used = ids.filter((one) => one.some((byte) => byte !== 0));
      const [held, others] = [used.slice(1), used.slice(0, 1)];
      for (const one of [...held, ...held]) table.add(one);
      assert.equal(table.size, held.length);
      assert.ok(held.every((one) => table.has(one)) && others.every((one) => !table.has(one)));
    }),
    { numRuns: 20 },
  );
});
