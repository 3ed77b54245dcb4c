/** Verification finds every edit, says where, and agrees with the Python verifier, which shares no code with it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { scale } from "../../test/support/scale.ts";
import { beginning, nextLine } from "./chain.ts";
import {
  type Anchor,
  openAuditLog,
  readAuditLog,
  type SegmentReport,
  verifyAuditLog,
  verifyAuditLogs,
} from "./index.ts";

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

/** Logs of two nodes that share their anchors: each has segments 0001 and 0002. */
async function twoNodes(work: string): Promise<{ a: string; b: string; anchors: Anchor[] }> {
  const [a, b] = [join(work, "a"), join(work, "b")];
  return { a, b, anchors: [...(await sample(a)), ...(await sample(b))] };
}

const problemsOf = ({ folders }: Awaited<ReturnType<typeof verifyAuditLogs>>): unknown[] =>
  folders.map(({ segments }) => segments.flatMap(({ problem }) => problem?.what ?? []));

test("nodes share anchors: one folder names the others' segments, all folders cover everything", {
  skip: NO_PYTHON,
}, async (context) => {
  const work = workFolder(context);
  const { a, b, anchors } = await twoNodes(work);
  const one = await verifyAuditLogs([a], { anchors });
  assert.deepEqual(problemsOf(one), [[]]);
  const nodeOf = (folder: string): string => readFileSync(join(folder, "node"), "latin1").trim();
  assert.deepEqual(
    one.elsewhere.map(({ node, folder, segments, entries }) => [node, folder, segments, entries]),
    [[nodeOf(b), b, ["0001", "0002"], 24]],
  );
  const both = await verifyAuditLogs([a, b], { anchors });
  assert.deepEqual([problemsOf(both), both.elsewhere], [[[], []], []]);
  const file = join(work, "anchors.json");
  writeFileSync(file, JSON.stringify({ anchors }));
  const python = (...folders: string[]): { status: number | null; lines: Record<string, unknown>[] } => {
    const { status, stdout, stderr } = spawnSync("python3", [PYTHON, ...folders, file], { encoding: "utf8" });
    assert.equal(stderr, "");
    const lines = stdout.trimEnd().split("\n");
    return { status, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
  };
  assert.deepEqual(
    python(a).lines.map(({ ok, elsewhere }) => ok ?? elsewhere),
    [true, true, nodeOf(b)],
  );
  assert.deepEqual([python(a, b).status, python(a, b).lines.length], [0, 4]);
  // copies elsewhere are known by the file `node`
  const [copyA, copyB] = [join(work, "copy-a"), join(work, "copy-b")];
  cpSync(a, copyA, { recursive: true });
  cpSync(b, copyB, { recursive: true });
  const copies = await verifyAuditLogs([copyB, copyA], { anchors });
  assert.deepEqual([problemsOf(copies), copies.elsewhere], [[[], []], []]);
});

test("a segment that a folder owns is missing, whatever is done to the folder", {
  skip: NO_PYTHON,
}, async (context) => {
  const work = workFolder(context);
  const { a, b, anchors } = await twoNodes(work);
  const attacks: Readonly<Record<string, () => void>> = {
    "the segment removed": () => rmSync(join(a, "0002.00001.jsonl")),
    "the folder's name removed with it": () => rmSync(join(a, "node")),
    "a new name in its place": () => writeFileSync(join(a, "node"), "0123456789abcdef\n"),
    "everything removed": () => rmSync(a, { recursive: true }),
  };
  const file = join(work, "anchors.json");
  writeFileSync(file, JSON.stringify(anchors));
  for (const [name, attack] of Object.entries(attacks)) {
    attack();
    const report = await verifyAuditLogs([a, b], { anchors });
    assert.ok(
      report.folders[0]?.segments.some(({ problem }) => problem?.what === "is missing"),
      name,
    );
    assert.deepEqual(report.elsewhere, []);
    if (name !== "everything removed")
      assert.equal(spawnSync("python3", [PYTHON, a, b, file]).status, 3, name);
  }
  // begun anew at the same place: the old segments are still its own
  const log = await openAuditLog({ folder: a });
  await log.append({ innocent: true });
  await log.close();
  const anew = await verifyAuditLogs([a], { anchors });
  assert.deepEqual(problemsOf(anew)[0], ["is cut off: an anchor saw 12 entries", "is missing"]);
});

test("segments swapped between nodes are found by the anchors", async (context) => {
  const work = workFolder(context);
  const { a, b, anchors } = await twoNodes(work);
  const [ours, theirs] = [
    readFileSync(join(a, "0002.00001.jsonl")),
    readFileSync(join(b, "0002.00001.jsonl")),
  ];
  writeFileSync(join(a, "0002.00001.jsonl"), theirs);
  writeFileSync(join(b, "0002.00001.jsonl"), ours);
  const report = await verifyAuditLogs([a, b], { anchors });
  assert.deepEqual(problemsOf(report), [
    ["is not the entry that the anchor saw"],
    ["is not the entry that the anchor saw"],
  ]);
});

test("complete parts may be compressed: they verify, are read and searched, and edits in them are found", {
  skip: NO_PYTHON,
}, async (context) => {
  const work = workFolder(context);
  const folder = join(work, "audit");
  const anchors = await sample(folder);
  const plain = await verifyAuditLog(folder, { anchors });
  const entries = async (): Promise<unknown[]> => {
    const seen: unknown[] = [];
    for await (const { segment, seq } of readAuditLog(folder)) seen.push([segment, seq]);
    return seen.sort();
  };
  const before = await entries();
  const [first = "", second = ""] = filesOf(folder);
  for (const name of [first, second]) {
    writeFileSync(join(folder, `${name}.gz`), gzipSync(readFileSync(join(folder, name))));
    assert.deepEqual(await verifyAuditLog(folder, { anchors }), plain, "both forms are there");
    rmSync(join(folder, name));
  }
  assert.deepEqual(await verifyAuditLog(folder, { anchors }), plain);
  assert.deepEqual(pythonReports(folder, work, anchors), { code: 0, reports: plain });
  assert.deepEqual(await entries(), before);
  const log = await openAuditLog({ folder });
  assert.equal(log.anchor()?.segment, "0001", "the segment goes on");
  await log.append({ more: true });
  await log.close();
  assert.ok((await verifyAuditLog(folder, { anchors })).every(({ ok }) => ok));
  const packed = join(folder, `${first}.gz`);
  const whole = readFileSync(packed);
  for (let at = 12; at < whole.length; at += scale(9, 1)) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 4;
    writeFileSync(packed, changed);
    assert.equal((await verifyAuditLog(folder, { anchors }))[0]?.ok, false, `byte ${at}`);
  }
  writeFileSync(packed, gzipSync(Buffer.alloc(40 << 20, "x")));
  assert.match((await verifyAuditLog(folder))[0]?.problem?.what ?? "", /ELINETOOLONG/);
});
