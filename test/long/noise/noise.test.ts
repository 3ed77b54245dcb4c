/**
 * What a scan of other people's packages says: the archives of `packages.json`, notebooks and all, read by the built command line. Each
 * finding must have been read by somebody (`verdicts.json`); one more is a failure, one less a line to take out.
 * `BULKHEAD_UPDATE=1` writes the findings down, new ones without a verdict, which fails until they have one.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { archives, cache, fetchMissing, packageOf } from "./archives.ts";
import {
  type Judged,
  type Place,
  compare,
  loadVerdicts,
  saveVerdicts,
  show,
  verdictNames,
} from "./verdicts.ts";

const root = join(import.meta.dirname, "../../..");

interface Row {
  readonly rule: string;
  readonly preview: string;
  readonly path: string;
  readonly entry: string | null;
  readonly line: number;
  readonly end?: { readonly files: number; readonly unreadable: readonly { readonly reason: string }[] };
}

function scan(paths: readonly string[]): Row[] {
  const folder = mkdtempSync(join(tmpdir(), "noise-"));
  try {
    const output = join(folder, "out.jsonl");
    const flags = ["--no-identify", "--exit-zero", "--no-allow", "--no-ignore", "--format", "jsonl"];
    const run = spawnSync(join(root, "dist/bulkhead"), ["scan", ...flags, "--output", output, ...paths], {
      cwd: cache,
      encoding: "utf8",
    });
    assert.equal(run.status, 0, run.stderr);
    return readFileSync(output, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Row);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The entry without the archive's own name (`x-1.tar!x-1/src/a.py`). */
const placeOf = ({ path, entry, line, rule, preview }: Row): Place => ({
  package: packageOf(path),
  path: (entry ?? "").replace(/^[^!]*!/, ""),
  line,
  rule,
  preview,
});

function update(found: readonly Place[]): void {
  const { findings, peers } = loadVerdicts();
  const known = new Map(findings.map((one) => [show(one), one]));
  // A new one lacks its verdict until somebody has read it.
  const rows = found.map((one) => known.get(show(one)) ?? ({ ...one, why: "" } as Judged));
  saveVerdicts({ findings: rows, peers });
}

test("packages of other people: what is found in them was read", (t) => {
  fetchMissing();
  const paths = archives();
  const rows = scan(paths);
  const end = rows.pop()?.end;
  assert.equal(end?.files, paths.length, "all were read");
  const found = rows.map(placeOf);
  if (process.env.BULKHEAD_UPDATE !== undefined) update(found);
  const { findings } = loadVerdicts();
  const { fresh, gone } = compare(found, findings);
  for (const one of gone) t.diagnostic(`can be taken out: ${one}`);
  for (const { reason } of end.unreadable.slice(0, 1))
    t.diagnostic(`${end.unreadable.length} not read: ${reason} …`);
  assert.deepEqual(fresh, [], "read these, and give them a verdict");
  assert.deepEqual(
    findings.filter(({ verdict, why }) => !verdictNames.includes(verdict) || why === "").map(show),
    [],
    "without a verdict",
  );
  assert.ok(
    compare([...found, ...found.slice(0, 1)], findings).fresh.length === 1,
    "control: one more is seen",
  );
});
