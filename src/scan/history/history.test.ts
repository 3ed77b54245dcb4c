/** Histories with gaps, damage, traps and odd shapes: everything is read or named, nothing is run, nothing hangs. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { deflateSync } from "node:zlib";
import { fake } from "../../../test/support/fake.ts";
import {
  blobId,
  importCommits,
  testRepository,
  type TestRepository,
} from "../../../test/support/git-history.ts";
import { ruleSet } from "../rules.ts";
import { historyScanner } from "../scanner.ts";
import { catFile } from "./cat-file.ts";
import { scanHistory } from "./index.ts";
import type { HistoryFinding, HistoryScanner, ScanHistoryOptions } from "./types.ts";

const made = historyScanner((await ruleSet()).detector);
const scanner = (): HistoryScanner => made;
const key = (name: string): string => fake("hf_", 34, "alnum", name);
const line = (name: string): string => `token = "${key(name)}"\n`;
const filler = (seed: string, lines = 120): string =>
  Array.from({ length: lines }, (_, i) => fake("", 50, "lower", `${seed}${i}`)).join("\n");

async function scan(root: string, options: Partial<ScanHistoryOptions> = {}) {
  const running = scanHistory({ root, scanner, threads: 1, ...options });
  const findings: HistoryFinding[] = [];
  for await (const finding of running) findings.push(finding);
  const at = (name: string): HistoryFinding[] =>
    findings.filter(({ found }) => found.match.value.toString("latin1") === key(name));
  return { findings, summary: running.summary, at };
}

const file = (text: string): Buffer => Buffer.from(text);
const tree = (files: Readonly<Record<string, string>>): { author: string; files: Map<string, Buffer> } => ({
  author: "Grace",
  files: new Map(Object.entries(files).map(([path, text]) => [path, file(text)])),
});
const packOf = ({ root }: TestRepository): string => {
  const folder = join(root, ".git/objects/pack");
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".pack")) as string);
};
const repack = (repository: TestRepository, ...more: string[]): void =>
  void repository.git("repack", "-adfq", "--depth=50", "--window=50", ...more);
const overwrite = (path: string, change: (bytes: Buffer) => Buffer): void => {
  const bytes = change(readFileSync(path));
  chmodSync(path, 0o644);
  writeFileSync(path, bytes);
};

test("a key that is added, moved to another file, and removed: places, commits, authors", async (t) => {
  const repository = testRepository(t);
  const text = filler("base");
  const [first, second, third, fourth] = importCommits(repository, [
    tree({ "a.py": text }),
    { ...tree({ "a.py": `${text}\n${line("moved")}` }), author: "Alan" },
    tree({ "a.py": text, "sub/b.py": `${line("moved")}${text}` }),
    tree({ "a.py": text, "sub/b.py": text }),
  ]);
  repack(repository);
  const { at, summary } = await scan(repository.root);
  assert.deepEqual(
    at("moved").map(({ path, first: from, last, current, found }) => [
      path,
      from?.id,
      from?.author,
      last?.id,
      current,
      found.line,
    ]),
    [
      ["a.py", second, "Alan", second, false, 121],
      ["sub/b.py", third, "Grace", third, false, 1],
    ],
  );
  assert.equal(at("moved")[0]?.first?.date, "2023-11-14T23:14:20+01:00");
  assert.equal(at("moved")[0]?.first?.email, "alan@example.com");
  assert.deepEqual([summary.commits, summary.unread, summary.shallow], [4, [], false]);
  assert.ok(first !== undefined && fourth !== undefined);
});

test("merges: what a merge alone brings is its own, what a branch brought is the branch's", async (t) => {
  const repository = testRepository(t);
  const text = filler("m");
  const [, branch, , merge] = importCommits(repository, [
    tree({ a: text }),
    { ...tree({ a: text, b: line("branch") }), branch: "side", parents: [1] },
    { ...tree({ a: `${text}\nmore` }), parents: [1] },
    { ...tree({ a: `${text}\nmore\n${line("evil")}`, b: line("branch") }), parents: [3, 2] },
  ]);
  const { at } = await scan(repository.root);
  assert.deepEqual(
    at("branch").map(({ first, current }) => [first?.id, current]),
    [[branch, true]],
  );
  assert.deepEqual(
    at("evil").map(({ first, last }) => [first?.id, last?.id]),
    [[merge, merge]],
  );
});

test("ranges give what they brought; unreachable objects only when asked for", async (t) => {
  const repository = testRepository(t);
  const [first, second] = importCommits(repository, [tree({ a: line("old") }), tree({ a: line("new") })]);
  const lost = repository.gitWith(line("lost"), "hash-object", "-w", "--stdin").trim();
  repository.git("checkout", "-q", "--orphan", "gone");
  repository.git("commit", "-q", "--allow-empty", "-m", "x");
  writeFileSync(join(repository.root, "c"), line("gone"));
  repository.git("add", "c");
  repository.git("commit", "-q", "-m", "y");
  const gone = repository.git("rev-parse", "HEAD").trim();
  repository.git("checkout", "-q", "-f", "main");
  repository.git("branch", "-q", "-D", "gone");
  repository.git("reflog", "expire", "--expire=now", "--all");
  const names = async (options: Partial<ScanHistoryOptions>): Promise<string[]> => {
    const { at } = await scan(repository.root, options);
    return ["old", "new", "lost", "gone"].filter((name) => at(name).length > 0);
  };
  assert.deepEqual(await names({}), ["old", "new"]);
  assert.deepEqual(await names({ range: { revisions: [`${first}..${second}`] } }), ["new"]);
  assert.deepEqual(await names({ range: { revisions: ["main"] } }), ["old", "new"]);
  assert.deepEqual(await names({ range: { since: "2023-11-14T22:14:00Z" } }), ["new"]);
  assert.deepEqual(await names({ unreachable: true }), ["old", "new", "lost", "gone"]);
  const { at } = await scan(repository.root, { unreachable: true });
  assert.deepEqual([at("lost")[0]?.blob, at("lost")[0]?.path, at("lost")[0]?.first], [lost, "", undefined]);
  assert.deepEqual(
    [at("gone")[0]?.path, at("gone")[0]?.first?.id, at("gone")[0]?.current],
    ["c", gone, false],
  );
  const odd = await scan(repository.root, { range: { revisions: ["--output=/tmp/x"] } });
  assert.deepEqual(
    [odd.findings.length, odd.summary.unread.length],
    [0, 1],
    "an option in a revision's place",
  );
});

test("what was seen without findings is not read again; what has findings is, and what is new beside it", async (t) => {
  const repository = testRepository(t);
  const text = filler("seen").replace(/[0-9]/g, " ");
  const plain = `${text}\nno key\n`;
  importCommits(repository, [tree({ a: plain, b: `${text}\n${line("kept")}` })]);
  const known = new Set<string>();
  const seen = {
    has: (id: string) => known.has(id),
    add: (ids: readonly string[]) => ids.forEach((id) => known.add(id)),
  };
  const first = await scan(repository.root, { seen });
  assert.deepEqual([first.findings.length, first.summary.blobs, [...known]], [1, 2, [blobId(file(plain))]]);
  const again = await scan(repository.root, { seen });
  assert.deepEqual([again.at("kept").length, again.summary.blobs, again.summary.skipped], [1, 1, 1]);
  // Smaller than the version that was seen, so a delta of it; the key stands far from what changed.
  importCommits(repository, [tree({ a: `${text}\n${line("one")}`.slice(2000) })], 1);
  repack(repository);
  const second = await scan(repository.root, { seen });
  assert.deepEqual([second.at("one").length, second.summary.blobs], [1, 2], "the new version is read whole");
});

test("a missing blob, loose or never fetched: the rest is read and the gap is named", async (t) => {
  const repository = testRepository(t);
  importCommits(repository, [tree({ a: line("kept"), b: `${line("dropped")}x` })]);
  const id = blobId(file(`${line("dropped")}x`));
  const control = await scan(repository.root);
  assert.deepEqual([control.at("dropped").length, control.summary.unread], [1, []]);
  rmSync(join(repository.root, ".git/objects", id.slice(0, 2), id.slice(2)));
  const { at, summary } = await scan(repository.root);
  assert.deepEqual([at("kept").length, at("dropped").length], [1, 0]);
  assert.deepEqual(
    summary.unread.map(({ path }) => path),
    [id],
  );
});

test("a partial clone ends, says what it lacks, and fetches nothing", async (t) => {
  const origin = testRepository(t);
  importCommits(origin, [tree({ a: line("old") }), tree({ a: line("new") })]);
  origin.git("config", "uploadpack.allowFilter", "true");
  origin.git("config", "uploadpack.allowAnySHA1InWant", "true");
  const clone = testRepository(t);
  rmSync(clone.root, { recursive: true });
  origin.git("clone", "-q", "--filter=blob:none", `file://${origin.root}`, clone.root);
  const trap = join(clone.root, "fetched");
  clone.git("config", "remote.origin.uploadpack", `touch ${trap}; git-upload-pack`);
  const { at, summary } = await scan(clone.root);
  assert.deepEqual([at("new").length, at("old").length], [1, 0]);
  assert.deepEqual(
    summary.unread.map(({ path }) => path),
    [blobId(file(line("old")))],
  );
  for await (const answer of catFile(clone.root, [blobId(file(line("old")))], new Set(["blob"])))
    assert.ok("reason" in answer, "asked for by name, it is not fetched either");
  assert.equal(existsSync(trap), false, "nothing was fetched");
  clone.git("cat-file", "-p", blobId(file(line("old"))));
  assert.equal(existsSync(trap), true, "and git itself would have");
});

test("a shallow clone says so", async (t) => {
  const origin = testRepository(t);
  importCommits(origin, [tree({ a: line("old") }), tree({ a: line("new") })]);
  const clone = testRepository(t);
  rmSync(clone.root, { recursive: true });
  origin.git("clone", "-q", "--depth=1", `file://${origin.root}`, clone.root);
  const { at, summary } = await scan(clone.root);
  assert.deepEqual([at("old").length, at("new").length, summary.shallow], [0, 1, true]);
});

test("alternates, ids of SHA-256, several packs with the same objects, an index of version 1", async (t) => {
  const borrowed = testRepository(t);
  importCommits(borrowed, [tree({ a: `${filler("alt")}${line("borrowed")}` })]);
  repack(borrowed);
  const borrower = testRepository(t);
  borrower.gitWith(`${borrowed.root}/.git/objects\n`, "hash-object", "--stdin");
  writeFileSync(join(borrower.root, ".git/objects/info/alternates"), `${borrowed.root}/.git/objects\n`);
  borrower.git("update-ref", "refs/heads/main", borrowed.git("rev-parse", "main").trim());
  assert.equal((await scan(borrower.root)).at("borrowed").length, 1);

  const wide = testRepository(t, "--object-format=sha256");
  const text = filler("wide");
  importCommits(wide, [tree({ a: text }), tree({ a: `${text}${line("wide")}` })]);
  repack(wide);
  const found = await scan(wide.root);
  assert.deepEqual(
    [found.at("wide").length, found.at("wide")[0]?.blob.length, found.summary.unread],
    [1, 64, []],
  );

  const twice = testRepository(t);
  importCommits(twice, [tree({ a: text }), tree({ a: `${text}${line("twice")}` })]);
  repack(twice);
  importCommits(twice, [tree({ a: `${text}${line("twice")}\n`, b: line("third") })], 2);
  twice.git("repack", "-aq", "-f", "--depth=0");
  twice.git("-c", "pack.indexVersion=1", "repack", "-aq", "-f");
  const packs = readdirSync(join(twice.root, ".git/objects/pack")).filter((name) => name.endsWith(".pack"));
  assert.ok(packs.length > 1, "the same objects in several packs");
  const both = await scan(twice.root);
  assert.deepEqual([both.at("twice").length, both.at("third").length, both.summary.blobs], [1, 1, 4]);
});

test("packs that lie: cut, damaged, with a wrong index; all is read or named, quickly", async (t) => {
  const texts = Array.from({ length: 30 }, (_, i) => `${filler("p").slice(i * 20)}\n${line(`n${i}`)}`);
  const build = (): TestRepository => {
    const repository = testRepository(t);
    importCommits(
      repository,
      texts.map((text) => tree({ a: text })),
    );
    repack(repository);
    return repository;
  };
  const control = await scan(build().root);
  assert.deepEqual([control.findings.length, control.summary.unread], [30, []]);
  const damages: Readonly<Record<string, (repository: TestRepository) => void>> = {
    "cut in half": (repository) =>
      overwrite(packOf(repository), (bytes) => bytes.subarray(0, bytes.length >> 1)),
    "no pack at all": (repository) => overwrite(packOf(repository), () => Buffer.from("PACK")),
    "bytes in the middle": (repository) =>
      overwrite(packOf(repository), (bytes) => {
        bytes.fill(0x5a, bytes.length >> 1, (bytes.length >> 1) + 40);
        return bytes;
      }),
    "offsets of the index": (repository) =>
      overwrite(packOf(repository).replace(/pack$/, "idx"), (bytes) => {
        const count = bytes.readUInt32BE(8 + 255 * 4);
        const at = 8 + 1024 + count * 24;
        for (let i = 0; i < count; i += 3)
          bytes.writeUInt32BE((bytes.readUInt32BE(at + 4 * i) + 7) >>> 0, at + 4 * i);
        return bytes;
      }),
    "an empty index": (repository) =>
      overwrite(packOf(repository).replace(/pack$/, "idx"), () => Buffer.alloc(0)),
  };
  for (const [name, damage] of Object.entries(damages)) {
    const repository = build();
    damage(repository);
    const { findings, summary } = await scan(repository.root);
    assert.ok(summary.unread.length > 0, `${name}: nothing is named`);
    assert.ok(findings.length < 31, name);
  }
});

/** A pack of our own making: entries of type, header extras and data as given. */
function handMade(repository: TestRepository, delta: Buffer, claimed: number, base: Buffer): void {
  const header = (type: number, size: number): Buffer => {
    const bytes = [(type << 4) | (size & 15)];
    for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
      bytes[bytes.length - 1] = (bytes.at(-1) as number) | 128;
      bytes.push(rest % 128);
    }
    return Buffer.from(bytes);
  };
  const head = Buffer.from("PACK\0\0\0\x02\0\0\0\x02", "latin1");
  const first = Buffer.concat([header(3, base.length), deflateSync(base)]);
  assert.ok(first.length < 127);
  const second = Buffer.concat([header(6, claimed), Buffer.from([first.length]), deflateSync(delta)]);
  const body = Buffer.concat([head, first, second]);
  const sum = execFileSync("sha1sum", { input: body }).toString("latin1", 0, 40);
  const pack = Buffer.concat([body, Buffer.from(sum, "hex")]);
  const ids = [Buffer.from(blobId(base), "hex"), Buffer.alloc(20, 0xee)].sort(Buffer.compare);
  const offsets = ids.map((id) => (id[0] === 0xee && id[1] === 0xee ? 12 + first.length : 12));
  const index = Buffer.alloc(8 + 1024 + 2 * 28);
  index.writeUInt32BE(0xff744f63, 0);
  index.writeUInt32BE(2, 4);
  for (let i = 0; i < 256; i++)
    index.writeUInt32BE(ids.filter((id) => (id[0] as number) <= i).length, 8 + 4 * i);
  ids.forEach((id, i) => id.copy(index, 1032 + 20 * i));
  offsets.forEach((offset, i) => index.writeUInt32BE(offset, 1032 + 48 + 4 * i));
  const tail = Buffer.concat([index, Buffer.from(sum, "hex")]);
  const own = execFileSync("sha1sum", { input: tail }).toString("latin1", 0, 40);
  const path = join(repository.root, ".git/objects/pack", `pack-${sum}`);
  mkdirSync(join(repository.root, ".git/objects/pack"), { recursive: true });
  writeFileSync(`${path}.pack`, pack);
  writeFileSync(`${path}.idx`, Buffer.concat([tail, Buffer.from(own, "hex")]));
}

test("deltas that lie: ranges outside the base, sizes beyond measure, operations that do not exist", async (t) => {
  const base = file(line("base"));
  const size = base.length;
  const huge = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]; // 2^60
  const good = Buffer.concat([Buffer.from([size, size + 9, 0x90, size, 9]), Buffer.from("\nand more")]);
  const cases: Readonly<Record<string, readonly [delta: Buffer, claimed?: number]>> = {
    "a copy outside the base": [Buffer.from([size, size, 0x91, 200, size])],
    "a copy beyond the base's end": [Buffer.from([size, size, 0x91, size - 2, size])],
    "a result of 2^60 bytes": [Buffer.from([size, ...huge, 0x90, size])],
    "a base of 2^60 bytes": [Buffer.from([...huge, size, 0x90, size])],
    "a size without an end": [Buffer.alloc(40, 0xff)],
    "an operation that does not exist": [Buffer.from([size, size, 0])],
    "more than it says": [Buffer.from([size, 3, 0x90, size])],
    "less than it says": [Buffer.from([size, 100, 0x90, size])],
    "data cut off": [Buffer.from([size, 50, 50, 65])],
    "a header that claims 4 GB": [good, 2 ** 32],
    "a header that claims too little": [good, good.length - 3],
    nothing: [Buffer.alloc(0)],
  };
  for (const [name, [delta, claimed = delta.length]] of Object.entries(cases)) {
    const repository = testRepository(t);
    handMade(repository, delta, claimed, base);
    const { at, summary } = await scan(repository.root, { unreachable: true });
    assert.equal(at("base").length, 1, `${name}: the base is still read`);
    assert.deepEqual(
      summary.unread.map(({ path }) => path),
      ["ee".repeat(20)],
      name,
    );
  }
  const control = testRepository(t);
  handMade(control, good, good.length, base);
  const { summary, at } = await scan(control.root, { unreachable: true });
  assert.deepEqual([summary.unread, summary.blobs, at("base")[0]?.blobs], [[], 2, 2]);
});

test("what a repository configures is not run", async (t) => {
  const repository = testRepository(t);
  const text = filler("hostile");
  importCommits(repository, [tree({ "a.txt": text }), tree({ "a.txt": `${text}${line("hostile")}` })]);
  repository.git("checkout", "-q", "-f", "main");
  const trap = join(repository.root, "trapped");
  const script = join(repository.root, "trap.sh");
  writeFileSync(script, `#!/bin/sh\ntouch ${trap}\ncat\n`, { mode: 0o755 });
  for (const setting of [
    "core.fsmonitor",
    "core.pager",
    "core.sshCommand",
    "core.editor",
    "diff.external",
    "diff.trap.textconv",
    "diff.trap.command",
    "filter.trap.clean",
    "filter.trap.smudge",
    "filter.trap.process",
    "gpg.program",
    "credential.helper",
    "pager.log",
    "alias.rev-list",
  ])
    repository.git("config", setting, setting.startsWith("alias") ? `!${script}` : script);
  repository.git("config", "log.showSignature", "true");
  repository.git("config", "log.showRoot", "false");
  repository.git("config", "core.hooksPath", repository.root);
  for (const hook of ["post-index-change", "reference-transaction", "pre-commit"])
    writeFileSync(join(repository.root, hook), `#!/bin/sh\ntouch ${trap}\n`, { mode: 0o755 });
  writeFileSync(join(repository.root, ".git/info/attributes"), "* diff=trap filter=trap\n");
  repository.git("replace", "main", "main~1");
  rmSync(trap, { force: true });
  const { at, summary } = await scan(repository.root);
  assert.deepEqual(
    [at("hostile").length, at("hostile")[0]?.current, summary.unread],
    [1, true, []],
    "replaced objects are seen as they are",
  );
  assert.equal(existsSync(trap), false);
  execFileSync("git", ["-C", repository.root, "status"], { stdio: "ignore" });
  assert.equal(existsSync(trap), true, "the trap works");
});

test("a pipe in place of the alternates or of an index is refused, not waited for", async (t) => {
  const repository = testRepository(t);
  importCommits(repository, [tree({ a: "x" })]);
  execFileSync("mkfifo", [join(repository.root, ".git/objects/info/alternates")]);
  await assert.rejects(scan(repository.root), { code: "io.failed" });
  const other = testRepository(t);
  importCommits(other, [tree({ a: "x" })]);
  repack(other);
  const path = packOf(other).replace(/pack$/, "idx");
  rmSync(path);
  execFileSync("mkfifo", [path]);
  await assert.rejects(scan(other.root), { code: "io.failed" });
});

test("threads share the work and find the same; blobs that a format wants go to it", async (t) => {
  const repository = testRepository(t);
  const text = filler("threads", 400);
  importCommits(
    repository,
    Array.from({ length: 40 }, (_, i) =>
      tree(
        Object.fromEntries(
          Array.from({ length: 5 }, (_, j) => [`f${j}`, `${text.slice(i * 7)}\n${line(`t${i % 9}${j}`)}`]),
        ),
      ),
    ),
  );
  repository.git("repack", "-adfq", "--depth=2", "--window=3");
  const worker = { file: new URL("../worker.ts", import.meta.url) };
  const alone = await scan(repository.root);
  const shared = await scan(repository.root, { threads: 2, worker });
  const show = ({ findings }: { findings: HistoryFinding[] }): string[] =>
    findings.map(
      ({ found, path, blob, first }) =>
        `${found.match.value.toString("hex")} ${path} ${blob} ${first?.id} ${found.line}`,
    );
  assert.equal(alone.findings.length, 45);
  assert.deepEqual(show(shared), show(alone));
  assert.equal(shared.summary.blobs, alone.summary.blobs);

  const asked: string[] = [];
  const picky = (): HistoryScanner => ({
    ...made,
    mayNeedFormat: (path) => path === "f3",
    scanner: {
      ...made.scanner,
      needsFormat: (path, head) => path.endsWith("f3") && head.length > 500,
      scan: (item) => {
        asked.push(item.path);
        return made.scanner.scan(item);
      },
    },
  });
  const formatted = await scan(repository.root, { scanner: picky });
  assert.deepEqual(show(formatted), show(alone));
  assert.deepEqual([...new Set(asked)], ["f3"]);
});

test("outside a repository an error says so", async (t) => {
  const { root } = testRepository(t);
  rmSync(join(root, ".git"), { recursive: true });
  assert.ok(statSync(root).isDirectory());
  await assert.rejects(scan(root), { code: "io.failed" });
});
