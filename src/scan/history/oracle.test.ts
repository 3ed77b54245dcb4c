/** Random histories: what the packs give is what every version scanned alone gives, with the commits that a model knows. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { fake } from "../../../test/support/fake.ts";
import { blobId, importCommits, testRepository, type TestCommit } from "../../../test/support/git-history.ts";
import { expandRecipe } from "../../../test/support/recipes.ts";
import { scale } from "../../../test/support/scale.ts";
import { ruleSet } from "../rules.ts";
import { historyScanner } from "../scanner.ts";
import { scanHistory } from "./index.ts";
import type { ScanHistoryOptions } from "./types.ts";

const made = historyScanner((await ruleSet()).detector);
const scanner = (): typeof made => made;

const pem = (seed: string): string =>
  `-----BEGIN ${"RSA"} PRIVATE KEY-----\n${Array.from({ length: 40 }, (_, i) => fake("", 64, "base64", `${seed}${i}`)).join("\n")}\n-----END RSA PRIVATE KEY-----`;
const KEYS = [0, 1, 2].flatMap((n) => [
  () => `token = "${fake("hf_", 34, "alnum", `k${n}`)}"`,
  () => pem(`pem${n}`),
  () => `x ${expandRecipe([{ jwt: { sub: `trainer-${n}`, padding: "x".repeat(900) } }], `j${n}`)} y`,
  () => `postgresql://u:${fake("", 20, "alnum", `p${n}`)}@db.internal/x`,
  () => `ACME_API_KEY = '${fake("", 30, "alnum", `a${n}`)}'`,
]);

const words = (seed: string): string => fake("", 60, "lower", seed).replace(/[0-9]/g, " ");

type Edit = readonly [kind: number, a: number, b: number, c: number];

/** Lines in, lines out; positions wrap around. */
function edit(text: string, [kind, a, b, c]: Edit): string {
  const lines = text.split("\n");
  const at = a % (lines.length + 1);
  const length = 1 + (b % 6);
  const to = c % (lines.length + 1);
  const half = lines[at] ?? "";
  if (kind === 0) lines.splice(at, 0, words(`w${a}.${b}`));
  else if (kind === 1) lines.splice(at, length);
  else if (kind === 2) lines.splice(to, 0, ...lines.splice(at, length));
  else if (kind === 3) lines.splice(to, 0, ...lines.slice(at, at + length));
  else if (kind === 4) lines.splice(at, 0, KEYS[b % KEYS.length]?.() ?? "");
  else if (kind === 5 && half !== "")
    lines[at] = half.slice(0, b % half.length) + half.slice(1 + (b % half.length));
  else if (kind === 6 && half !== "")
    lines.splice(at, 1, half.slice(0, b % half.length), words("n"), half.slice(b % half.length));
  else if (kind === 7) lines.splice(at, 2, lines.slice(at, at + 2).join(""));
  else if (kind === 8) {
    // a key out of two halves that stood apart
    const key = KEYS[b % KEYS.length]?.() ?? "";
    const cut = c % key.length;
    lines.splice(at, 0, key.slice(0, cut), words("between"), key.slice(cut));
  } else if (kind === 9) {
    const between = lines.indexOf(words("between"));
    if (between > 0) lines.splice(between - 1, 3, `${lines[between - 1]}${lines[between + 1]}`);
  } else if (kind === 10) {
    const key = lines.findIndex((line) => /hf_|PRIVATE|eyJ|ACME|postgres/.test(line));
    if (key >= 0) lines.splice(key, 1 + (b % 2));
  }
  return lines.join("\n");
}

const edits = fc.array(fc.tuple(fc.nat(10), fc.nat(2000), fc.nat(2000), fc.nat(2000)) as fc.Arbitrary<Edit>, {
  minLength: 0,
  maxLength: 3,
});
/** For each commit and each of four files. */
const history = fc.array(fc.tuple(edits, edits, edits, edits), { minLength: 4, maxLength: 14 });

function commitsOf(steps: readonly (readonly (readonly Edit[])[])[]): TestCommit[] {
  const start = Array.from({ length: 150 }, (_, i) => words(`s${i}`)).join("\n");
  let files = [0, 1, 2, 3].map((n) => (n < 3 ? start : words("short")) + n);
  return steps.map((step, i) => {
    files = files.map((text, n) => (step[n] ?? []).reduce(edit, text));
    const entries = files.map((text, n): [string, Buffer] => [`dir${n % 2}/ü file${n}`, Buffer.from(text)]);
    return {
      author: i % 2 === 0 ? "Grace" : "Alan",
      files: new Map(entries.filter((_, n) => (i + n) % 7 !== 6)),
    };
  });
}

/** One line for each value at each path, from the model alone. */
function expected(commits: readonly TestCommit[], ids: readonly string[]): string[] {
  const groups = new Map<
    string,
    { blobs: Set<string>; first: number; last: number; place: string; blob: string }
  >();
  commits.forEach(({ files }, i) => {
    for (const [path, content] of files)
      for (const { match, line, column } of made.scanner.plain(content)) {
        const key = `${match.rule.id} ${match.value.toString("hex")} ${path}`;
        const blob = blobId(content);
        const group = groups.get(key);
        if (group === undefined)
          groups.set(key, { blobs: new Set([blob]), first: i, last: i, place: `${line}:${column}`, blob });
        else {
          group.blobs.add(blob);
          group.last = i;
        }
      }
  });
  return [...groups]
    .map(([key, { blobs, first, last, place, blob }]) =>
      [
        key,
        blob,
        place,
        blobs.size,
        ids[first],
        commits[first]?.author,
        ids[last],
        last === commits.length - 1,
      ].join(" "),
    )
    .sort();
}

async function found(
  options: Pick<ScanHistoryOptions, "root" | "mode">,
): Promise<{ lines: string[]; scanned: number; bytes: number }> {
  const scan = scanHistory({ ...options, scanner, threads: 1 });
  const lines: string[] = [];
  for await (const { found: one, path, blob, blobs, first, last, current } of scan)
    lines.push(
      [
        one.match.rule.id,
        one.match.value.toString("hex"),
        path,
        blob,
        `${one.line}:${one.column}`,
        blobs,
        first?.id,
        first?.author,
        last?.id,
        current,
      ].join(" "),
    );
  assert.deepEqual(scan.summary.unread, []);
  return { lines: lines.sort(), scanned: scan.summary.bytesScanned, bytes: scan.summary.bytes };
}

test("deltas, whole blobs and the model agree on values, places, first and last commits", {
  timeout: 300_000,
}, async (t) => {
  let read = 0;
  let all = 0;
  let findings = 0;
  await fc.assert(
    fc.asyncProperty(history, fc.nat(2), async (steps, shape) => {
      const commits = commitsOf(steps);
      const repository = testRepository(t);
      const half = shape === 0 ? commits.length : Math.ceil(commits.length / 2);
      const ids = importCommits(repository, commits.slice(0, half));
      const repack = ["repack", "-adfq", "--depth=50", "--window=50"];
      if (shape !== 2) repository.git(...repack);
      if (half < commits.length) ids.push(...importCommits(repository, commits.slice(half), half));
      if (shape === 2) repository.git(...repack);
      const wanted = expected(commits, ids);
      const blobs = await found({ root: repository.root, mode: "blobs" });
      const deltas = await found({ root: repository.root, mode: "deltas" });
      assert.deepEqual(blobs.lines, wanted);
      assert.deepEqual(deltas.lines, wanted);
      findings += wanted.length;
      read += deltas.scanned;
      all += deltas.bytes;
    }),
    { numRuns: scale(6, 150) },
  );
  assert.ok(findings > 10, "values were there to be found");
  assert.ok(read < all, "and not every version was read whole");
});
