/**
 * The matrix of checks × adapters: every cell is a pair of fixtures, a hit and a near miss, or a reason. A fixture belongs to the adapters
 * that own its files; lines that end in `# <- hit` are found, those with `# <- pedantic` with `--pedantic` only, and nothing else.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import test from "node:test";
import { filesOf } from "../../test/support/ci-fixtures.ts";
import { repositoryOf } from "../../test/support/repository.ts";
import { adapters } from "./adapters/index.ts";
import type { Adapter } from "./adapters/types.ts";
import { type Check, audit, checks } from "./index.ts";
import { reasons } from "./matrix-reasons.ts";

interface Fixture {
  readonly name: string;
  readonly check: Check;
  readonly kind: "hit" | "miss";
  readonly files: Readonly<Record<string, string>>;
}

/** `ID.hit.yml`, or `ID.WHAT.hit.yml` for a further one. */
const fixtures: readonly Fixture[] = globSync("**/fixtures/*.{hit,miss}.yml", {
  cwd: join(import.meta.dirname, "checks"),
})
  .sort()
  .flatMap((path) => {
    const name = basename(path);
    const [, id, kind] = /^([a-z\d-]+)(?:\.[\w-]+)?\.(hit|miss)\.yml$/.exec(name) ?? [];
    const check = checks.find((one) => one.id === id);
    if (check === undefined) return [];
    const text = readFileSync(join(import.meta.dirname, "checks", path), "utf8");
    return [
      { name, check, kind: kind === "hit" ? ("hit" as const) : ("miss" as const), files: filesOf(text) },
    ];
  });

const belongs = ({ files }: Fixture, adapter: Adapter): boolean =>
  Object.keys(files).some((path) => adapter.owns(path));

/** What follows from the check alone. */
function ownReason({ systems, repository, workflow, job, step }: Check, adapter: Adapter): string | null {
  if (adapter.system === null)
    return repository === undefined && (workflow ?? job ?? step) !== undefined
      ? "it is about jobs, and these files have none"
      : null;
  if (systems !== undefined && !systems.includes(adapter.system))
    return "it is about another system's syntax";
  return null;
}

const shown = (lines: Iterable<string>): string[] => [...new Set(lines)].sort();

const marked = (files: Readonly<Record<string, string>>, mark: string): string[] =>
  Object.entries(files).flatMap(([path, text]) =>
    text
      .split("\n")
      .flatMap((line, at) => (line.trimEnd().endsWith(`# <- ${mark}`) ? [`${path}:${at + 1}`] : [])),
  );

test("every cell is a pair of fixtures or a reason, and no cell is both", () => {
  const missing: string[] = [];
  const both: string[] = [];
  for (const check of checks)
    for (const adapter of adapters) {
      const own = fixtures.filter((one) => one.check === check && belongs(one, adapter));
      const pair = own.some(({ kind }) => kind === "hit") && own.some(({ kind }) => kind === "miss");
      const table = reasons[check.id];
      const reason = ownReason(check, adapter) ?? table?.[adapter.id] ?? table?.["*"] ?? null;
      if (!pair && reason === null) missing.push(`${check.id} × ${adapter.id}`);
      if (pair && ownReason(check, adapter) !== null) both.push(`${check.id} × ${adapter.id}`);
    }
  assert.deepEqual({ missing, both }, { missing: [], both: [] });
});

test("reasons are given for checks and adapters that there are", () => {
  const ids = new Set(checks.map(({ id }) => id));
  const known = new Set(["*", ...adapters.map(({ id }) => id)]);
  for (const [id, table] of Object.entries(reasons)) {
    assert.ok(ids.has(id), `${id} is a check`);
    for (const [adapter, reason] of Object.entries(table)) {
      assert.ok(known.has(adapter), `${adapter} is an adapter`);
      assert.ok(reason.length > 10, `${id}: ${reason}`);
    }
  }
});

// A check's own pair is tried by checks.test.ts, with marks of more kinds.
for (const { name, check, kind, files } of fixtures.filter(({ name }) => name.split(".").length > 3))
  test(`fixture ${name}`, () => {
    const repository = repositoryOf(files, { slug: { host: "github.com", owner: "acme", name: "widgets" } });
    const found = (pedantic: boolean): string[] =>
      shown(
        audit(repository, { checks: [check], pedantic }).map(
          ({ span }) => `${span.file.path}:${span.file.position(span.start).line}`,
        ),
      );
    const [hits, more] = [marked(files, "hit"), marked(files, "pedantic")];
    assert.equal(hits.length > 0, kind === "hit", "only hits are marked so");
    assert.deepEqual(found(false), shown(check.pedantic === true ? [] : hits));
    assert.deepEqual(found(true), shown([...hits, ...more]));
    for (const { message, subject } of audit(repository, { checks: [check], pedantic: true }))
      assert.doesNotMatch(
        `${message} ${subject ?? ""}`,
        /vogel-frei|kein-echtes|hunter-two/,
        "a value is never shown",
      );
  });
