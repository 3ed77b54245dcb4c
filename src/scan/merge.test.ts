/** Reports of shards, put together, are the report of the whole scan; a report that is none of ours is refused. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { fake } from "../../test/support/fake.ts";
import type { FoundSecret, Place } from "../core/finding.ts";
import { reportById } from "../report/index.ts";
import { createAllowance } from "./allow/index.ts";
import { newBaseline, type Baseline } from "./baseline/index.ts";
import { mergeReports, type ScanReport } from "./merge.ts";
import { readReport } from "./read-report.ts";
import { settle } from "./session.ts";
import type { Shard } from "./shard.ts";
import { scanTree } from "./tree.ts";
import { usualDetector } from "./usual-detector.ts";

const detector = usualDetector();
const json = reportById("json");

/** As `bulkhead scan --format json` would write it. */
async function reportOf(root: string, baseline: Baseline | undefined, shard?: Shard): Promise<string> {
  const scan = scanTree({ root, detector, ...(shard && { shard }) });
  const allowance = createAllowance({ cwd: root, inline: true, lists: [], today: "2027-01-01" });
  const { secrets, allowed } = await settle(scan, { allowance, ...(baseline && { baseline }) });
  const { files, bytes, unreadable } = scan.summary;
  const context = { version: "1", files, bytes, unreadable, allowed, started: 0, ended: 0 };
  return json?.render(secrets, context) ?? "";
}

test("merged reports of shards are the report of the whole; without one salt secrets stay apart and are counted", async (t) => {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-merge-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (let i = 0; i < 24; i++) {
    const key = fake("hf_", 34, "alnum", `merge${i % 5}`);
    writeFileSync(join(root, `${i}.py`), `x = "${key}"${i % 4 === 0 ? "  # bulkhead:allow a sample" : ""}\n`);
  }
  const baseline = newBaseline("b.jsonl");
  const whole = mergeReports([readReport(await reportOf(root, baseline))]);
  assert.deepEqual([whole.secrets.length, whole.allowed.length, whole.files], [5, 5, 24]);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 6 }), async (count) => {
      const shards = Array.from({ length: count }, (_, i) => ({ index: i + 1, count }));
      const texts = await Promise.all(shards.map((shard) => reportOf(root, baseline, shard)));
      assert.deepEqual(mergeReports(texts.map(readReport)), whole);
    }),
    { numRuns: 5 },
  );
  const apart = await Promise.all([1, 2].map((index) => reportOf(root, undefined, { index, count: 2 })));
  const merged = mergeReports(apart.map(readReport));
  assert.ok(merged.unprinted > 5, "previews alone do not make two values one");
  assert.equal(merged.unprinted, merged.secrets.length);
});

const place = (path: string, more: Partial<Place> = {}): Place => ({
  ...{ path, line: 1, column: 1, endLine: 1, endColumn: 5, offset: 0 },
  ...more,
});
const secret = (more: Partial<FoundSecret>): FoundSecret => ({
  ...{ rule: "r", title: "R", severity: "low", preview: "x…", fingerprint: "hmac:1" },
  ...{ places: [place("a")], morePlaces: 0 },
  ...more,
});
const report = (...secrets: FoundSecret[]): ScanReport => ({
  ...{ files: 1, bytes: 2, unreadable: [{ path: "history", reason: "cut" }], secrets, allowed: [] },
});

test("of one secret: the worst severity, whole where it is whole, the first commit at a path, all counts", () => {
  const by = (id: string, date: string) => ({ id, author: "Ada", email: "a@example.com", date });
  const [old, young] = [by("1", "2024-01-01T00:00:00Z"), by("2", "2025-01-01T00:00:00Z")];
  const parts = [
    report(
      secret({ incomplete: "half", places: [place("a", { commit: young })], first: young, last: young }),
    ),
    report(
      secret({
        severity: "high",
        places: [place("a", { commit: old, line: 7 })],
        first: old,
        last: old,
        morePlaces: 3,
      }),
    ),
  ];
  const merged = mergeReports(parts);
  assert.deepEqual(merged.secrets, [
    secret({
      severity: "high",
      places: [place("a", { commit: old, line: 7 })],
      first: old,
      last: young,
      morePlaces: 3,
    }),
  ]);
  assert.deepEqual([merged.files, merged.bytes, merged.unreadable.length], [2, 4, 1]);
  assert.equal(mergeReports([report(secret({})), report(secret({ rule: "s" }))]).secrets.length, 2);
});

test("what is no report of ours is refused, and unknown members go nowhere", () => {
  const good = { schema: "bulkhead.findings.v2", files: 1, bytes: 1, unreadable: [], baseline: null };
  const text = (more: object): string => JSON.stringify({ ...good, secrets: [], allowed: [], ...more });
  assert.equal(readReport(text({})).files, 1);
  const one = { ...secret({}), sha256: "x" };
  assert.deepEqual(readReport(text({ secrets: [one] })).secrets, [secret({})]);
  for (const bad of [
    { schema: "other" },
    { files: -1 },
    { files: "1" },
    { secrets: {} },
    { secrets: [{}] },
    { secrets: [{ ...one, severity: "worst" }] },
    { secrets: [{ ...one, places: [] }] },
    { secrets: [{ ...one, preview: 1 }] },
    { secrets: [{ ...one, fingerprint: {} }] },
    { secrets: [{ ...one, places: [{ ...place("a"), line: "1" }] }] },
    { unreadable: [1] },
  ])
    assert.throws(() => readReport(text(bad)), Error, JSON.stringify(bad));
  assert.throws(() => readReport("["), /not JSON/);
});
