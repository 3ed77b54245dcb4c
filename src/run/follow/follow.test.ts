import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { fake } from "../../../test/support/fake.ts";
import { scale } from "../../../test/support/scale.ts";
import { compileMasks } from "../../mask/index.ts";
import { followValues } from "./index.ts";
import { type FollowReport, placeOf } from "./report.ts";
import { changedSince, startNow } from "./written.ts";

function folder(t: TestContext): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "bulkhead-follow-")));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const KEY = fake("sk-proj-", 40);
const masks = compileMasks({ values: [{ name: "openai", value: Buffer.from(KEY) }] });
const places = ({ leaks }: FollowReport): string[] =>
  leaks.map((leak) => `${leak.names.join()}: ${placeOf(leak)}`).sort();

/** Long enough that a file written before is older than the kernel's clock can hide. */
const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

test("a value is found in what the job wrote, in any form and format, and named with its place", async (t) => {
  const box = folder(t);
  writeFileSync(join(box, "old.txt"), KEY);
  await tick();
  const start = startNow();
  const base64 = Buffer.from(`user:${KEY}`).toString("base64");
  mkdirSync(join(box, "out"));
  writeFileSync(join(box, "out", "plain.log"), `step 1\nstep 2\nkey ${KEY}\n`);
  writeFileSync(join(box, "out", "wrapped.txt"), base64.replace(/.{20}/g, "$&\n"));
  writeFileSync(join(box, "job.log.gz"), gzipSync(`one\ntwo ${Buffer.from(KEY).toString("hex")}\n`));
  writeFileSync(
    join(box, "model.bin"),
    Buffer.concat([Buffer.alloc(3_000_000, Buffer.of(0, 1)), Buffer.from(KEY, "utf16le")]),
  );
  const output = { output_type: "stream", name: "stdout", text: ["loss 0.1\n", `token ${KEY}\n`] };
  const cell = {
    cell_type: "code",
    metadata: {},
    execution_count: 1,
    source: ["print(key)"],
    outputs: [output],
  };
  const notebook = { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  writeFileSync(join(box, "run.ipynb"), JSON.stringify(notebook, null, 1));
  execFileSync("python3", [
    "-c",
    "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1],'w',zipfile.ZIP_DEFLATED)\nz.writestr('archive/data.pkl', 'x'*999+sys.argv[2])\nz.close()",
    join(box, "model.pt"),
    KEY,
  ]);
  writeFileSync(join(box, `name-${KEY}`), "x");
  writeFileSync(join(box, "clean.txt"), "nothing\n");
  symlinkSync(join(box, "old.txt"), join(box, "link"));
  const report = await followValues({ masks, folder: box, env: {}, start });
  assert.deepEqual(report.unread, []);
  assert.deepEqual(places(report), [
    "openai: job.log.gz!job.log, line 2",
    "openai: model.bin, byte 3000000",
    "openai: model.pt!archive/data.pkl, line 1",
    "openai: name-***, its name",
    "openai: out/plain.log, line 3",
    "openai: out/wrapped.txt, line 1",
    "openai: run.ipynb, cell 1, output 1, line 16",
  ]);
  assert.equal(JSON.stringify(report).includes(KEY), false);
});

test("the files by which a step speaks to the next ones", async (t) => {
  const [box, outside] = [folder(t), folder(t)];
  const env = { GITHUB_OUTPUT: join(outside, "output"), GITHUB_ENV: join(outside, "env"), GITHUB_STATE: "" };
  writeFileSync(env.GITHUB_ENV, `A=${KEY}\n`);
  await tick();
  const start = startNow();
  writeFileSync(env.GITHUB_OUTPUT, `a=1\nkey=${KEY}\n`);
  assert.deepEqual(places(await followValues({ masks, folder: box, env, start })), [
    "openai: GITHUB_OUTPUT, line 2",
  ]);
});

test("a file made to look old is found, a clock set back hides nothing", async (t) => {
  const box = folder(t);
  const start = startNow();
  writeFileSync(join(box, "aged"), KEY);
  utimesSync(join(box, "aged"), 1, 1);
  assert.deepEqual(places(await followValues({ masks, folder: box, env: {}, start })), [
    "openai: aged, line 1",
  ]);
  const hourAhead = { wall: start.wall + 3_600_000, monotonic: start.monotonic };
  assert.ok(changedSince(hourAhead) <= start.wall + 1000, "the clock went back an hour since");
});

test("a commit of the job is looked into", async (t) => {
  const box = folder(t);
  const git = (...args: string[]): void =>
    void execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@example.com", ...args], {
      cwd: box,
      stdio: "ignore",
    });
  const start = startNow();
  git("init", "-q");
  writeFileSync(join(box, "a.txt"), `${KEY}\n`);
  git("add", "a.txt");
  git("commit", "-qm", "x");
  rmSync(join(box, "a.txt"));
  const report = await followValues({ masks, folder: box, env: {}, start });
  assert.equal(report.leaks.length, 1);
  assert.match(placeOf(report.leaks[0] as FollowReport["leaks"][number]), /^\.git\/objects\/.*, line 1$/);
});

test("what is not looked into is said: too many entries, no time, no permission to open", async (t) => {
  const box = folder(t);
  const start = startNow();
  for (let i = 0; i < 20; i++) writeFileSync(join(box, `f${i}`), "x");
  writeFileSync(join(box, "packed.7z"), Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]));
  const few = await followValues({ masks, folder: box, env: {}, start, entries: 5 });
  assert.match(few.unread[0]?.reason ?? "", /entries/);
  const late = await followValues({ masks, folder: box, env: {}, start, time: -1 });
  assert.equal(late.files, 0);
  assert.ok(late.unread.length > 0);
  const whole = await followValues({ masks, folder: box, env: {}, start });
  assert.deepEqual(whole.unread, [{ file: "packed.7z", reason: "7z files are not opened" }]);
});

test("a large checkpoint is read as a stream", async (t) => {
  const box = folder(t);
  const start = startNow();
  const block = Buffer.alloc(1 << 20, "weights ");
  const parts = Array.from({ length: scale(64, 1024) }, () => block);
  writeFileSync(join(box, "model.ckpt"), Buffer.concat([...parts, Buffer.from(KEY)]));
  const before = process.memoryUsage().rss;
  const report = await followValues({ masks, folder: box, env: {}, start });
  assert.equal(report.leaks[0]?.byte, parts.length << 20);
  assert.ok(process.memoryUsage().rss - before < 256 << 20);
});
