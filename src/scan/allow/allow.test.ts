import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import fc from "fast-check";
import { fake } from "../../../test/support/fake.ts";
import { scale } from "../../../test/support/scale.ts";
import type { CommitRef } from "../../core/finding.ts";
import { createDetector } from "../../detect/detector.ts";
import { providers } from "../../providers/index.ts";
import type { Sighting } from "../finding.ts";
import { Fingerprinter } from "../fingerprint.ts";
import { type Settled, settle } from "../session.ts";
import { scanBytes } from "../tree.ts";
import { pathMatcher } from "../../core/path-pattern.ts";
import { createAllowance, listsIn, namedList } from "./index.ts";

const detector = createDetector({ providers });
const hf = (): string => fake("hf_", 34);
const TODAY = "2026-11-21";

function folder(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-allow-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

interface Judging {
  readonly root?: string;
  readonly path?: string;
  readonly inline?: boolean;
  readonly commit?: CommitRef;
  readonly entry?: string;
  readonly named?: readonly string[];
}

async function judged(text: string, over: Judging = {}): Promise<Settled> {
  const { root = "/nowhere", path = "a.py", inline = true, named = [] } = over;
  const lists = [...named.map((file) => namedList(file, root)), ...listsIn([root], root)];
  const allowance = createAllowance({ cwd: root, lists, inline, today: TODAY });
  async function* sightings(): AsyncGenerator<Sighting> {
    for await (const sighting of scanBytes({ bytes: Buffer.from(text), path, detector })) {
      const place = {
        ...sighting.finding.place,
        ...(over.commit && { commit: over.commit }),
        ...(over.entry && { entry: over.entry }),
      };
      yield { ...sighting, finding: { ...sighting.finding, place } };
    }
  }
  return settle(sightings(), { allowance });
}

const facts = ({ secrets, allowed }: Settled) => ({
  reported: secrets.length,
  notes: secrets.flatMap(({ places }) => places.flatMap(({ note }) => note ?? [])),
  allowed: allowed.map(({ allowed: why }) => `${why?.source}: ${why?.reason}`),
});

test("comments on the line and above it allow, each tool's own way", async () => {
  const cases: readonly (readonly [string, string])[] = [
    ["x = 'KEY' # bulkhead:allow sample for the docs", "bulkhead:allow comments: sample for the docs"],
    ["x = 'KEY' /* bulkhead:allow: sample */", "bulkhead:allow comments: sample"],
    ["<a k='KEY'> <!-- bulkhead:allow sample -->", "bulkhead:allow comments: sample"],
    ["// bulkhead:allow-next-line sample\nx = 'KEY'", "bulkhead:allow-next-line comments: sample"],
    ["x = 'KEY' // gitleaks:allow", "gitleaks:allow comments: allowed for gitleaks"],
    ["x = 'KEY' # pragma: allowlist secret", "pragma: allowlist secret comments: allowed for detect-secrets"],
    ["x = 'KEY' # pragma: whitelist secret", "pragma: allowlist secret comments: allowed for detect-secrets"],
    [
      "# pragma: allowlist nextline secret\nx = 'KEY'",
      "pragma: allowlist secret comments: allowed for detect-secrets",
    ],
    ["x = 'KEY' # trufflehog:ignore", "trufflehog:ignore comments: allowed for trufflehog"],
  ];
  for (const [text, why] of cases) {
    const filled = text.replace("KEY", hf());
    assert.deepEqual(facts(await judged(filled)), { reported: 0, notes: [], allowed: [why] }, text);
    assert.equal((await judged(filled, { inline: false })).secrets.length, 1, `${text}, without comments`);
  }
});

test("a comment elsewhere, within the value's neighbours or without a reason allows nothing", async () => {
  const no = [
    "# bulkhead:allow sample\nx = 'KEY'",
    "x = 'KEY'\n# bulkhead:allow sample",
    "x = 'KEY' # bulkhead:allow-next-line sample",
    "# bulkhead:allow-next-line sample\n\nx = 'KEY'",
    "x = 'KEY' # bulkhead:allowed sample",
    "x = 'KEY'",
  ];
  for (const text of no)
    assert.deepEqual(
      facts(await judged(text.replace("KEY", hf()))),
      { reported: 1, notes: [], allowed: [] },
      text,
    );
  for (const text of [
    "x = 'KEY' # bulkhead:allow",
    "x = 'KEY' /* bulkhead:allow */",
    "x = 'KEY' # bulkhead:allow: -- */",
  ]) {
    const { reported, notes } = facts(await judged(text.replace("KEY", hf())));
    assert.deepEqual([reported, notes], [1, ["bulkhead:allow gives no reason, so it does not count"]], text);
  }
});

test("one allowed place does not hide the others of the same secret", async () => {
  const key = hf();
  const { secrets, allowed } = await judged(`a = "${key}" # bulkhead:allow sample\nb = "${key}"\n`);
  assert.deepEqual(
    [secrets[0]?.places.map(({ line }) => line), allowed[0]?.places.map(({ line }) => line)],
    [[2], [1]],
  );
});

test("a notebook's line is the line of its cell", async () => {
  const [one, two] = [hf(), hf()];
  const cell = JSON.stringify({
    cells: [{ source: [`a = '${one}' # bulkhead:allow sample\n`, `b = '${two}'\n`] }],
  });
  const { secrets, allowed } = await judged(cell, { path: "n.ipynb" });
  assert.deepEqual([secrets.length, allowed.length], [1, 1]);
});

const SALT = "7f".repeat(32);

test("allow.yaml: rules, paths, fingerprints, owners, days", async (t) => {
  const key = hf();
  const [sighting] = await collect(`"${key}"`);
  assert.ok(sighting !== undefined);
  const { rule } = sighting.finding;
  const print = new Fingerprinter(Buffer.from(SALT, "hex")).fast(rule, sighting.trace);
  const check = async (entries: string, path = "test/data/a.py", text = `"${key}"`) =>
    facts(
      await judged(text, {
        root: folder(t, { ".bulkhead/allow.yaml": `salt: ${SALT}\nallow:\n${entries}` }),
        path,
      }),
    );
  const yes = [
    `  - { rule: ${rule}, reason: sample }`,
    `  - { path: "test/**", reason: sample }`,
    `  - { path: a.py, reason: sample }`,
    `  - { path: "**/data/*.py", rule: ${rule}, reason: sample }`,
    `  - { fingerprint: "${print}", reason: sample, until: ${TODAY} }`,
  ];
  for (const entries of yes)
    assert.deepEqual((await check(entries)).allowed, [".bulkhead/allow.yaml: sample"], entries);
  assert.deepEqual((await check(`  - { path: test/, reason: sample, owner: ada }`)).allowed, [
    ".bulkhead/allow.yaml: sample (ada)",
  ]);
  const no = [
    `  - { rule: jwt, reason: sample }`,
    `  - { path: "test/*", reason: sample }`,
    `  - { path: "test/**", rule: jwt, reason: sample }`,
    `  - { fingerprint: "hmac:${"0".repeat(32)}", reason: sample }`,
  ];
  for (const entries of no)
    assert.deepEqual(await check(entries), { reported: 1, notes: [], allowed: [] }, entries);
  const other = await check(`  - { fingerprint: "${print}", reason: sample }`, "a.py", `"${hf()}"`);
  assert.equal(other.reported, 1, "another value");
  assert.deepEqual(await check(`  - { path: "**", reason: sample, until: 2026-11-20 }`), {
    reported: 1,
    notes: ["allowed by .bulkhead/allow.yaml until 2026-11-20, which is over"],
    allowed: [],
  });
});

async function collect(text: string): Promise<Sighting[]> {
  const all: Sighting[] = [];
  for await (const one of scanBytes({ bytes: Buffer.from(text), path: "a", detector })) all.push(one);
  return all;
}

test("a finding's fingerprint is that of the allow file where there is no baseline", async (t) => {
  const key = hf();
  const root = folder(t, { ".bulkhead/allow.yaml": `salt: ${SALT}\nallow: []\n` });
  const [reported] = (await judged(`"${key}"`, { root })).secrets;
  const again = folder(t, {
    ".bulkhead/allow.yaml": `salt: ${SALT}\nallow: [{ fingerprint: "${reported?.fingerprint}", reason: sample }]\n`,
  });
  assert.equal((await judged(`"${key}"`, { root: again })).secrets.length, 0);
});

test("entries that cannot be used allow nothing and are named; in a list of the user's they are errors", async (t) => {
  const bad: readonly (readonly [string, RegExp])[] = [
    ["allow:\n  - { path: '**' }", /gives no reason/],
    ["allow:\n  - { path: '**', reason: ' ' }", /gives no reason/],
    ["allow:\n  - { reason: x }", /names no fingerprint/],
    ["allow:\n  - { path: '**', reason: x, expires: never }", /unknown member expires/],
    ["allow:\n  - { path: '**', reason: x, until: soon }", /until that is not a day/],
    ["allow:\n  - { path: '**', reason: [x] }", /not text/],
    [`allow:\n  - { fingerprint: "hmac:${"0".repeat(32)}", reason: x }`, /no salt/],
    ["salt: short\nallow: []", /not 64 hex/],
    [`allow:\n  - { path: '${"*".repeat(301)}', reason: x }`, /more than 300 characters/],
    ["a: &a [x]\nallow: [*a, *a]", /aliases are not taken/],
    [`allow: ${"[".repeat(20_000)}`, /./],
    ["allow:\n  - nothing", /not a mapping/],
    ["allow: all", /needs a list/],
    ["allow: [", /line|flow|expected/i],
    ["- 1", /needs a list/],
  ];
  for (const [text, problem] of bad) {
    const root = folder(t, { ".bulkhead/allow.yaml": text });
    const lists = listsIn([root], root);
    const { problems } = createAllowance({ cwd: root, lists, inline: true, today: TODAY });
    assert.match(problems.join("; "), problem, text);
    assert.equal((await judged(`"${hf()}"`, { root })).secrets.length, 1, text);
    assert.throws(() => namedList(".bulkhead/allow.yaml", root), problem, text);
  }
  assert.throws(() => namedList("missing.yaml", "/nowhere"), /cannot read missing\.yaml/);
});

test(".gitleaksignore: places with and without a commit, their rules and ours", async (t) => {
  const commit: CommitRef = { id: "ab".repeat(20), author: "a", email: "b", date: "2026-01-01" };
  const check = async (lines: string, over: Judging = {}): Promise<number> =>
    (
      await judged(`\n"${hf()}"`, {
        root: folder(t, { ".gitleaksignore": lines }),
        path: "src/a.py",
        ...over,
      })
    ).secrets.length;
  assert.equal(await check("# comment\n\nsrc/a.py:generic-api-key:2\n"), 0);
  assert.equal(await check("src/a.py:generic-api-key:3"), 1, "another line");
  assert.equal(await check("a.py:generic-api-key:2"), 1, "another file");
  assert.equal(await check(`${commit.id}:src/a.py:generic-api-key:2`), 1, "of a commit that this is not");
  assert.equal(await check(`${commit.id}:src/a.py:generic-api-key:2`, { commit }), 0);
  assert.equal(await check("src/a.py:generic-api-key:2", { commit }), 0);
  assert.equal(await check("src/a.py!in/b.py:generic-api-key:2", { entry: "in/b.py" }), 0);
  assert.equal(await check("no place at all"), 1);
});

test(".secrets.baseline: SHA-1 of the value in a file; what was audited as real is reported", async (t) => {
  const key = hf();
  const [sighting] = await collect(`"${key}"`);
  const row = { type: "Secret Keyword", hashed_secret: sighting?.trace.sha1, line_number: 1 };
  const check = async (row_: object, path = "a.py", text = `\n\n"${key}"`): Promise<number> => {
    const results = { version: "1.5.0", results: { "a.py": [row_] } };
    return (await judged(text, { root: folder(t, { ".secrets.baseline": JSON.stringify(results) }), path }))
      .secrets.length;
  };
  assert.equal(await check(row), 0);
  assert.equal(await check({ ...row, is_secret: false }), 0);
  assert.equal(await check({ ...row, is_secret: true }), 1);
  assert.equal(await check(row, "b.py"), 1, "another file");
  assert.equal(await check(row, "a.py", `"${hf()}"`), 1, "another value");
  assert.equal(await check([]), 1);
});

test("lists are not read through links, and named lists count from their own folder", async (t) => {
  const outside = folder(t, { "allow.yaml": "allow: [{ path: '**', reason: sample }]\n" });
  const root = folder(t, { ".bulkhead/x": "" });
  symlinkSync(join(outside, "allow.yaml"), join(root, ".bulkhead/allow.yaml"));
  assert.equal((await judged(`"${hf()}"`, { root })).secrets.length, 1);
  assert.equal((await judged(`"${hf()}"`, { root, named: [join(outside, "allow.yaml")] })).secrets.length, 0);
  const inner = folder(t, { "team.yaml": "allow: [{ path: 'src/a.py', reason: sample }]\n" });
  assert.equal(
    (await judged(`"${hf()}"`, { root: inner, named: ["team.yaml"], path: "src/a.py" })).secrets.length,
    0,
  );
  assert.equal(
    (await judged(`"${hf()}"`, { root: inner, named: ["team.yaml"], path: "b/src/a.py" })).secrets.length,
    1,
  );
});

test("path patterns", () => {
  const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["*.py", ["a.py", "b/a.py"], ["a.pyc"]],
    ["test/**", ["test/a", "test/b/c"], ["a/test/b", "test"]],
    ["test/", ["test/a", "a/test/b"], ["test"]],
    ["**/x.env", ["x.env", "a/b/x.env"], ["ax.env"]],
    ["a/**/b", ["a/b", "a/x/y/b"], ["ab"]],
    ["/a?.(x)", ["ab.(x)"], ["a/.(x)", "b/ab.(x)"]],
    ["**", ["a", ".hidden/b"], []],
  ];
  for (const [pattern, yes, no] of rows) {
    for (const path of yes) assert.ok(pathMatcher(pattern)(path), `${pattern} ${path}`);
    for (const path of no) assert.ok(!pathMatcher(pattern)(path), `${pattern} ${path}`);
  }
  // the same by a backtracking expression, on short texts
  const slow = (pattern: string): RegExp =>
    new RegExp(
      `^${pattern.replace(/\*\*\/|\*\*|\*|\?|\./g, (part) => ({ "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" })[part] ?? "\\.")}$`,
    );
  const letters = fc.constantFrom("a", "b", "/", ".");
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "b", "/", ".", "*", "**", "?"), maxLength: 8 }),
      fc.string({ unit: letters, maxLength: 10 }),
      (pattern, path) => {
        const whole = `a/${pattern}b`;
        for (const given of [`a/${path}`, `a/${path}b`])
          assert.equal(pathMatcher(whole)(given), slow(whole).test(given), `${whole} ${given}`);
      },
    ),
    { numRuns: scale(1_000, 100_000) },
  );
  const hostile = pathMatcher(`${"**a".repeat(90)}b`);
  assert.equal(hostile("a".repeat(4_000)), false, "and it ends");
});
