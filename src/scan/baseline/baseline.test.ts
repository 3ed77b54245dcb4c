import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { createDetector } from "../../detect/detector.ts";
import { providers } from "../../providers/index.ts";
import { Trace } from "../finding.ts";
import { settle } from "../session.ts";
import { scanBytes } from "../tree.ts";
import { parseBaseline, renderBaseline } from "./format.ts";
import { type Baseline, newBaseline, readBaseline, updateBaseline } from "./index.ts";

const detector = createDetector({ providers });
const SPEC = readFileSync(join(import.meta.dirname, "../../../docs/spec/baseline.md"), "utf8");
const PYTHON = join(import.meta.dirname, "../../../python/verify_baseline.py");
const TODAY = { prune: false, today: "2026-11-21" };

const hf = (): string => fake("hf_", 34);
const scan = (text: string, baseline?: Baseline, path = "a.py") =>
  settle(scanBytes({ bytes: Buffer.from(text), path, detector }), { ...(baseline && { baseline }) });
const written = async (text: string, path = "a.py"): Promise<string> => {
  const fresh = newBaseline("b");
  return (await updateBaseline(fresh, (await scan(text, fresh, path)).seen, TODAY)).text;
};
const lines = (text: string): string[] => text.trimEnd().split("\n");
const folder = (t: TestContext): string => {
  const path = mkdtempSync(join(tmpdir(), "bulkhead-baseline-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

test("known secrets stay known over moved lines, renamed files and copies; new ones are reported", async () => {
  const [one, two] = [hf(), hf()];
  const baseline = readBaseline(await written(`x = "${one}"\n`), "b");
  const moved = await scan(`\n\n# more\ny = "${one}"\nz = "${one}"\nw = "${two}"\n`, baseline, "new/name.py");
  assert.deepEqual([moved.secrets.length, moved.known], [1, 1]);
  assert.match(moved.secrets[0]?.fingerprint ?? "", /^hmac:[0-9a-f]{32}$/);
  assert.equal((await scan(`"${one}"`)).secrets.length, 1, "without the baseline it is reported");
  assert.equal((await scan(`"${one}"`, newBaseline("c"))).secrets.length, 1, "another salt knows nothing");
});

test("a guessable value gets the slow hash, and is known by it", async () => {
  const password = fake("", 12, "lower");
  const text = await written(`url = "redis://app:${password}@cache.internal/0"\n`);
  const [, entry = ""] = lines(text);
  assert.match(entry, /"scrypt:[0-9a-f]{32}"/);
  const baseline = readBaseline(text, "b");
  assert.equal((await scan(`redis://app:${password}@other.internal/1`, baseline)).known, 1);
  assert.equal((await scan(`redis://app:${fake("", 12, "lower")}@other.internal/1`, baseline)).known, 0);
});

test("no line holds a value or a plain hash of one", async () => {
  const [key, password] = [hf(), fake("", 14)];
  const fresh = newBaseline("b");
  const { seen } = await scan(`"${key}" redis://app:${password}@cache.internal/0`, fresh);
  const { text } = await updateBaseline(fresh, seen, TODAY);
  assert.equal(seen.length, 2);
  for (const hidden of [key, password, ...seen.flatMap(({ trace }) => [trace.sha256, trace.sha1])]) {
    assert.equal(text.indexOf(hidden.slice(0, 12)), -1);
    assert.ok(`${text}${hidden}`.includes(hidden.slice(0, 12)), "the search itself works");
  }
});

test("updating keeps reasons, owners and days, and drops only when asked", async () => {
  const [one, two, three] = [hf(), hf(), hf()];
  const first = lines(await written(`"${one}"\n"${two}"`));
  const explained = first.map((line) =>
    line.includes('"fingerprint"')
      ? JSON.stringify({
          ...(JSON.parse(line) as object),
          reason: "sample",
          owner: "ada",
          date: "2025-01-01",
        })
      : line,
  );
  const baseline = readBaseline(explained.join("\n"), "b");
  const { seen } = await scan(`"${one}"\n"${three}"`, baseline, "later.py");
  const kept = await updateBaseline(baseline, seen, TODAY);
  assert.deepEqual([kept.added, kept.kept, kept.dropped], [1, 2, 0]);
  const rows = lines(kept.text)
    .slice(1)
    .map((line) => JSON.parse(line) as Record<string, string>);
  assert.deepEqual(rows.map(({ reason, date }) => `${reason} ${date}`).sort(), [
    "sample 2025-01-01",
    "sample 2025-01-01",
    "undefined 2026-11-21",
  ]);
  assert.deepEqual(
    rows.map(({ fingerprint }) => fingerprint),
    rows.map(({ fingerprint }) => fingerprint).sort(),
  );
  assert.deepEqual(rows.map(({ path }) => path).sort(), ["a.py", "later.py", "later.py"]);
  const pruned = await updateBaseline(baseline, seen, { ...TODAY, prune: true });
  assert.deepEqual([pruned.added, pruned.kept, pruned.dropped], [1, 1, 1]);
  const again = readBaseline(kept.text, "b");
  const same = await updateBaseline(again, (await scan(`"${three}"`, again, "later.py")).seen, TODAY);
  assert.equal(same.text, kept.text, "nothing new, nothing changed");
});

test("git's union merge of two branches is valid, also of baselines with salts of their own", async (t) => {
  const [base, ours, theirs] = [hf(), hf(), hf()];
  const root = folder(t);
  const file = join(root, "baseline.jsonl");
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", root, "-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
      encoding: "utf8",
      env: {
        PATH: process.env.PATH,
        HOME: root,
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_CONFIG_SYSTEM: "/dev/null",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
  const write = async (text: string, message: string): Promise<void> => {
    const before = readBaseline(readFileSync(file, "utf8"), "b");
    writeFileSync(file, (await updateBaseline(before, (await scan(text, before)).seen, TODAY)).text);
    git("commit", "-qam", message);
  };
  git("init", "-q", "-b", "main");
  writeFileSync(join(root, ".gitattributes"), "baseline.jsonl merge=union\n");
  writeFileSync(file, await written(`"${base}"`));
  git("add", "-A");
  git("commit", "-qm", "base");
  git("checkout", "-qb", "other");
  await write(`"${theirs}"`, "theirs");
  git("checkout", "-q", "main");
  await write(`"${ours}"`, "ours");
  git("merge", "-q", "--no-edit", "other");
  const merged = readBaseline(readFileSync(file, "utf8"), "b");
  const all = `"${base}"\n"${ours}"\n"${theirs}"`;
  assert.deepEqual([merged.file.entries.size, (await scan(all, merged)).known], [3, 3]);

  const two = `${readFileSync(file, "utf8")}${await written(`"${hf()}"\n"${base}"`)}${readFileSync(file, "utf8")}`;
  const united = readBaseline(two, "b");
  assert.deepEqual([united.file.salts.length, united.file.entries.size], [2, 5]);
  assert.equal((await scan(all, united)).known, 3);
  const settled = await updateBaseline(united, (await scan(all, united)).seen, TODAY);
  const after = readBaseline(settled.text, "b");
  assert.deepEqual(
    [after.file.salts.length, after.file.entries.size],
    [2, 4],
    "one is under the second salt alone",
  );
  const pruned = await updateBaseline(united, (await scan(all, united)).seen, { ...TODAY, prune: true });
  assert.equal(readBaseline(pruned.text, "b").file.salts.length, 1);
});

test("two lines of one entry join, in either order", async () => {
  const [header = "", entry = ""] = lines(await written(`"${hf()}"`));
  const row = JSON.parse(entry) as Record<string, string>;
  const early = JSON.stringify({ ...row, date: "2025-01-01" });
  const said = JSON.stringify({ ...row, reason: "sample" });
  for (const text of [
    [header, early, said],
    [said, header, early],
  ].map((all) => all.join("\n"))) {
    const [only] = parseBaseline(text, "b").entries.values();
    assert.deepEqual([only?.date, only?.reason], ["2025-01-01", "sample"]);
  }
  assert.equal(renderBaseline(parseBaseline(`${header}\n${entry}\n`, "b")), `${header}\n${entry}\n`);
});

test("what is no baseline is refused with its line", async () => {
  const [header = "", entry = ""] = lines(await written(`"${hf()}"`));
  const row = JSON.parse(entry) as Record<string, unknown>;
  const bad: readonly (readonly [string, RegExp])[] = [
    ["", /has no salt/],
    [entry, /has no salt/],
    [`${header}\n<<<<<<< HEAD\n`, /line 2 is a mark of an unfinished merge/],
    [`${header}\nnot json`, /line 2 is not a JSON object/],
    [`${header}\n[]`, /line 2 is not a JSON object/],
    [header.replace("baseline/1", "baseline/9"), /not of the format/],
    [header.replace(/[0-9a-f]"\}/, '"}'), /no salt of 64/],
    [`${header}\n${JSON.stringify({ ...row, fingerprint: "sha256:00" })}`, /needs a fingerprint/],
    [`${header}\n${JSON.stringify({ ...row, rule: 1 })}`, /needs a fingerprint/],
    [
      Array.from({ length: 9 }, (_, i) => header.replace(/"[0-9a-f]{64}"/, `"${String(i).repeat(64)}"`)).join(
        "\n",
      ),
      /more than 8 salts/,
    ],
  ];
  for (const [text, problem] of bad) assert.throws(() => readBaseline(text, "b.jsonl"), problem, text);
  assert.equal(
    readBaseline(`${header}\n\n${entry}\r\n`, "b").file.entries.size,
    1,
    "blank lines and carriage returns do not count",
  );
});

test("the specification's vectors hold here and for the Python verifier", async (t) => {
  const text = /```jsonl\n([\s\S]*?)```/.exec(SPEC)?.[1] ?? "";
  const baseline = readBaseline(text, "vector");
  const rows = [...SPEC.matchAll(/^\| `([a-z-]+)` \| `(.+)` \| `((?:hmac|scrypt):[0-9a-f]{32})` \|$/gm)];
  assert.ok(rows.length >= 3);
  const file = join(folder(t), "vector.jsonl");
  writeFileSync(file, text);
  for (const [, rule = "", value = "", fingerprint = ""] of rows) {
    const trace = new Trace(Buffer.from(value), fingerprint.startsWith("scrypt:"));
    assert.equal(await baseline.known.print(rule, trace), fingerprint);
    const python = spawnSync("python3", [PYTHON, file, rule], { input: value, encoding: "utf8" });
    assert.equal(python.status, 0, python.stderr);
    assert.equal((JSON.parse(python.stdout) as { fingerprint: string }).fingerprint, fingerprint);
  }
  assert.equal(spawnSync("python3", [PYTHON, file, "private-key"], { input: "another value" }).status, 3);
  writeFileSync(file, "{}\n");
  assert.equal(spawnSync("python3", [PYTHON, file], { input: "x" }).status, 2);
});
