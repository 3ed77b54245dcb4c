/** `scan --history --resume`: a scan that is killed (SIGKILL, in the midst of it) goes on where it was, and says the same in the end. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { BIN, sandbox } from "./support.ts";

/** The file's header; anything beyond it is what a scan has done. */
const HEADER = 48;
const VERSIONS = 12_000;

/** One file in as many versions, each new from end to end, a key in every hundredth. */
function history(folder: string, env: Readonly<Record<string, string>>): void {
  const parts: string[] = [];
  for (let i = 1; i <= VERSIONS; i++) {
    const key = i % 100 === 0 ? `token = "${fake("hf_", 34, "alnum", `resume${i % 900}`)}"\n` : "";
    const text = `${fake("", 400, "base32", `text${i}`).repeat(6)}\n${key}`;
    parts.push(
      `commit refs/heads/main\ncommitter Ada <ada@example.com> ${1_700_000_000 + i} +0000\ndata 1\nx\n`,
      `M 100644 inline f${i % 50}.txt\ndata ${text.length}\n${text}\n`,
    );
  }
  execFileSync("git", ["init", "-q", "-b", "main", folder], { env });
  execFileSync("git", ["-C", folder, "fast-import", "--quiet"], { env, input: parts.join("") });
}

interface Report {
  readonly files: number;
  readonly secrets: readonly { readonly fingerprint?: string; readonly places: readonly object[] }[];
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Waits for the first thing written down, then kills that one process. */
async function killedInTheMidst(child: ChildProcess, seen: string): Promise<NodeJS.Signals | null> {
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  while (child.exitCode === null && sizeOf(seen) <= HEADER) await new Promise((wake) => setTimeout(wake, 2));
  child.kill("SIGKILL");
  return (await ended)[1];
}

test("a killed scan is resumed, and finds what an uninterrupted one finds", async (t) => {
  const box = sandbox(t);
  history(box.project, box.env);
  const args = ["scan", "--history", "--no-identify", "--exit-zero", "--threads", "1", "--format", "json"];
  const report = (name: string, ...more: string[]): Report => {
    const path = join(box.root, name);
    const done = box.bulkhead([...args, "--output", path, ...more]);
    assert.equal(done.code, 0, done.stderr);
    return JSON.parse(readFileSync(path, "utf8")) as Report;
  };
  const whole = report("whole.json");
  assert.equal(whole.files, VERSIONS);
  assert.equal(whole.secrets.length, 9);
  const seen = join(box.root, "seen");
  const output = join(box.root, "killed.json");
  const child = spawn(process.execPath, [BIN, ...args, "--output", output, "--resume", seen], {
    cwd: box.project,
    env: box.env,
    stdio: "ignore",
  });
  box.atEnd(() => child.kill("SIGKILL"));
  assert.equal(await killedInTheMidst(child, seen), "SIGKILL", "it was still at work");
  assert.equal(sizeOf(output), 0, "no report of half a scan");
  assert.ok(sizeOf(seen) > HEADER);
  const resumed = report("resumed.json", "--resume", seen);
  assert.deepEqual(resumed.secrets, whole.secrets);
  assert.ok(resumed.files < whole.files, "what was read before is not read again");
  assert.ok(resumed.files > whole.files / 50, `control: it had not been at its end: ${resumed.files}`);
});

test("a tree has nothing to resume, and says so", (t) => {
  const box = sandbox(t);
  box.write("a.txt", "x\n");
  const refused = box.bulkhead(["scan", "--resume", join(box.root, "seen"), "."]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /--resume goes with a history; the files of a tree are read anew each time/);
});
