/**
 * What a scan of other people's packages says: the archives of `packages.json`, notebooks and all, read by the built command line. Each
 * finding must have been read by somebody (`verdicts.json`); one more is a failure, one less a line to take out.
 * `BULKHEAD_UPDATE=1` writes the findings down, new ones without a verdict, which fails until they have one.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { type Judged, type Place, compare, loadVerdicts, show, verdictNames } from "./verdicts.ts";

const here = import.meta.dirname;
const root = join(here, "../../..");
const cache = join(root, ".cache/noise");
const kinds = ["npm", "pypi"] as const;
type Packages = Readonly<Record<(typeof kinds)[number], readonly string[]>>;
const packages = JSON.parse(readFileSync(join(here, "packages.json"), "utf8")) as Packages;

/** `@aws-sdk/client-s3@3.1` is `aws-sdk-client-s3-3.1.tgz`, `scikit-learn==1.9` is `scikit_learn-1.9.tar.gz`. */
const archives = {
  npm: (spec: string) => `${spec.replace(/^@/, "").replace(/[/@]/g, "-")}.tgz`,
  pypi: (spec: string) => `${spec.replace(/[-.](?=.*==)/g, "_").replace("==", "-")}.tar.gz`,
};

function fetchMissing(): string[] {
  return kinds.flatMap((kind) => {
    const folder = join(cache, kind);
    mkdirSync(folder, { recursive: true });
    const there = new Set(readdirSync(folder));
    const missing = packages[kind].filter((spec) => !there.has(archives[kind](spec)));
    const options = { cwd: folder, stdio: "ignore" } as const;
    if (missing.length > 0 && kind === "pypi")
      execFileSync("python3", [join(here, "sources.py"), folder, ...missing], options);
    for (const spec of kind === "npm" ? missing : [])
      execFileSync("npm", ["pack", "--ignore-scripts", "--silent", spec], options);
    return packages[kind].map((spec) => `${kind}/${archives[kind](spec)}`);
  });
}

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
  package: path.replace(/^.*\/|\.(?:tgz|tar\.gz)$/g, ""),
  path: (entry ?? "").replace(/^[^!]*!/, ""),
  line,
  rule,
  preview,
});

function update(found: readonly Place[]): void {
  const { findings, peers } = loadVerdicts();
  const known = new Map(findings.map((one) => [show(one), one]));
  const rows = found.map((one): Partial<Judged> => known.get(show(one)) ?? { ...one, why: "" });
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(",\n");
  writeFileSync(
    join(here, "verdicts.json"),
    `{\n  "findings": [\n${lines}\n  ],\n  "peers": ${JSON.stringify(peers, null, 2).replaceAll("\n", "\n  ")}\n}\n`,
  );
}

test("packages of other people: what is found in them was read", (t) => {
  const paths = fetchMissing();
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
