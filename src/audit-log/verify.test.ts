/** Verification finds every edit, says where, and agrees with the Python verifier, which shares no code with it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import fc from "fast-check";
import { scale } from "../../test/support/scale.ts";
import { beginning, nextLine } from "./chain.ts";
import { type Anchor, openAuditLog, type SegmentReport, verifyAuditLog } from "./index.ts";

const PYTHON = join(import.meta.dirname, "../../python/verify_audit.py");
const NO_PYTHON = spawnSync("python3", ["--version"]).status !== 0 && "python3 is not on this machine";

function workFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-verify-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Two segments, the first in three parts or so; and their anchors. */
async function sample(folder: string): Promise<Anchor[]> {
  const anchors: Anchor[] = [];
  const logs = [await openAuditLog({ folder, maxFileBytes: 1000 }), await openAuditLog({ folder })];
  for (const log of logs) {
    for (let i = 0; i < 12; i++) {
      await log.append({ type: "request", path: `secret/data/é${i}`, id: i });
      const anchor = log.anchor();
      if (anchor !== null && i % 5 === 1) anchors.push(anchor);
    }
    const last = log.anchor();
    assert.ok(last);
    anchors.push(last);
    await log.close();
  }
  return anchors;
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .sort();

function pythonReports(
  folder: string,
  work: string,
  anchors: readonly Anchor[],
): { code: number | null; reports: SegmentReport[] } {
  const file = join(work, "anchors.json");
  writeFileSync(file, JSON.stringify(anchors));
  const { status, stdout, stderr } = spawnSync("python3", [PYTHON, folder, file], { encoding: "utf8" });
  assert.equal(stderr, "");
  const lines = stdout.split("\n").slice(0, -1);
  return { code: status, reports: lines.map((line) => JSON.parse(line) as SegmentReport) };
}

type Edit = (lines: Buffer[], at: number, value: number) => Buffer[];
const splitLines = (bytes: Buffer): Buffer[] => {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const to = bytes.indexOf(10, from) + 1 || bytes.length;
    lines.push(bytes.subarray(from, to));
    from = to;
  }
  return lines;
};

/** Every one of these changes the file whenever it can. */
const edits: Readonly<Record<string, Edit>> = {
  "change a byte": (lines, at, value) => {
    const bytes = Buffer.concat(lines);
    bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ ((value % 255) + 1);
    return [bytes];
  },
  "insert a byte": (lines, at, value) => {
    const bytes = Buffer.concat(lines);
    const where = at % (bytes.length + 1);
    return [bytes.subarray(0, where), Buffer.from([value]), bytes.subarray(where)];
  },
  "cut bytes out": (lines, at, value) => {
    const bytes = Buffer.concat(lines);
    const where = at % bytes.length;
    return [bytes.subarray(0, where), bytes.subarray(where + 1 + (value % 50))];
  },
  "cut a line out": (lines, at) => lines.toSpliced(at % lines.length, 1),
  "repeat a line": (lines, at) =>
    lines.toSpliced(at % lines.length, 0, lines[at % lines.length] ?? Buffer.alloc(0)),
  "swap two lines": (lines, at, value) => {
    const [a, b] = [at % lines.length, (at + 1 + (value % (lines.length - 1))) % lines.length];
    return lines.map((line, i) => (i === a ? lines[b] : i === b ? lines[a] : line) ?? line);
  },
  "cut the tail off": (lines, at) => lines.slice(0, at % lines.length),
  "cut the tail off within a line": (lines, at) => {
    const bytes = Buffer.concat(lines);
    return [bytes.subarray(0, at % bytes.length)];
  },
};

test("the control: an untouched log verifies, here and in Python", { skip: NO_PYTHON }, async (context) => {
  const work = workFolder(context);
  const folder = join(work, "audit");
  const anchors = await sample(folder);
  assert.ok(filesOf(folder).length >= 4);
  const reports = await verifyAuditLog(folder, { anchors });
  assert.deepEqual(
    reports.map(({ ok, entries }) => [ok, entries]),
    [
      [true, 12],
      [true, 12],
    ],
  );
  assert.deepEqual(pythonReports(folder, work, anchors), { code: 0, reports });
});

test("any edit of any file is found, and Python finds the same", { skip: NO_PYTHON }, async (context) => {
  const work = workFolder(context);
  const original = join(work, "original");
  const anchors = await sample(original);
  const files = filesOf(original);
  let round = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(edits)),
      fc.constantFrom(...files),
      fc.nat(),
      fc.nat(255),
      async (name, file, at, value) => {
        const folder = join(work, "edited");
        rmSync(folder, { recursive: true, force: true });
        cpSync(original, folder, { recursive: true });
        const before = readFileSync(join(folder, file));
        const lines = splitLines(Buffer.from(before));
        const after = Buffer.concat(
          lines.length < 2 && name === "swap two lines"
            ? lines.slice(1)
            : (edits[name]?.(lines, at, value) ?? []),
        );
        fc.pre(!after.equals(before));
        writeFileSync(join(folder, file), after);
        const reports = await verifyAuditLog(folder, { anchors });
        const bad = reports.filter(({ ok }) => !ok);
        assert.equal(bad.length, 1, `${name} of ${file} was found`);
        assert.ok(bad[0]?.problem?.file.startsWith(file.slice(0, 5)));
        if (round++ % scale(20, 4) === 0)
          assert.deepEqual(pythonReports(folder, work, anchors), { code: 3, reports });
      },
    ),
    { numRuns: scale(150, 5000) },
  );
});

test("without anchors everything but a cut end is found", async (context) => {
  const work = workFolder(context);
  const folder = join(work, "audit");
  await sample(folder);
  const path = join(folder, "0002.00001.jsonl");
  const whole = readFileSync(path);
  const lines = splitLines(whole);
  for (let at = 0; at < whole.length - 1; at += 3) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 1;
    writeFileSync(path, changed);
    const [, report] = await verifyAuditLog(folder);
    const line = splitLines(whole.subarray(0, at + 1)).length;
    assert.equal(report?.ok, false, `byte ${at}`);
    assert.equal(report?.problem?.line, line);
    assert.equal(report?.entries, line - 1);
  }
  for (let kept = 0; kept < lines.length; kept++) {
    writeFileSync(path, Buffer.concat(lines.slice(0, kept)));
    assert.equal((await verifyAuditLog(folder))[1]?.ok, true, "as documented");
  }
});

test("a removed part, a removed segment, swapped segments and a chain made anew", async (context) => {
  const work = workFolder(context);
  const folder = join(work, "audit");
  const anchors = await sample(folder);
  const second = readFileSync(join(folder, "0002.00001.jsonl"));
  const problems = async (): Promise<unknown[]> =>
    (await verifyAuditLog(folder, { anchors })).map(
      ({ problem }) => problem && [problem.file, problem.line, problem.what],
    );
  rmSync(join(folder, "0002.00001.jsonl"));
  assert.deepEqual(await problems(), [null, ["0002.00001.jsonl", 0, "is missing"]]);
  writeFileSync(join(folder, "0003.00001.jsonl"), second);
  assert.deepEqual((await problems())[2], ["0003.00001.jsonl", 1, "does not follow the entry before it"]);
  rmSync(join(folder, "0003.00001.jsonl"));
  let state = beginning("0002");
  let text = "";
  for (let i = 0; i < 12; i++) {
    const next = nextLine(state, "2026-01-01T00:00:00.000Z", `"id":${i}`);
    state = next.state;
    text += next.line;
  }
  writeFileSync(join(folder, "0002.00001.jsonl"), text);
  assert.equal((await verifyAuditLog(folder))[1]?.ok, true, "only an anchor shows this");
  assert.deepEqual((await problems())[1], ["0002.00001.jsonl", 2, "is not the entry that the anchor saw"]);
  const bytes = Buffer.from(nextLine(beginning("0002"), "2026-01-01T00:00:00.000Z", '"a":"b').line);
  writeFileSync(join(folder, "0002.00001.jsonl"), bytes);
  assert.equal((await verifyAuditLog(folder))[1]?.problem?.what, "is not JSON");
});

test("hostile files: huge lines, no lines, folders and links in place of files", async (context) => {
  const folder = join(workFolder(context), "audit");
  await sample(folder);
  const path = join(folder, "0002.00001.jsonl");
  for (const content of [
    Buffer.alloc(5 << 20, "x"),
    Buffer.alloc(1 << 20, "\n"),
    Buffer.alloc(3000),
    Buffer.from([0xff, 10]),
  ]) {
    writeFileSync(path, content);
    assert.equal((await verifyAuditLog(folder))[1]?.ok, false);
  }
  writeFileSync(path, "");
  assert.deepEqual((await verifyAuditLog(folder))[1]?.ok, true);
  rmSync(path);
  mkdirSync(path);
  assert.match((await verifyAuditLog(folder))[1]?.problem?.what ?? "", /cannot be read: EISDIR/);
});
