/**
 * `kill -9` of Bulkhead at any moment of a run, set-up included: the job is gone, and so are the run's helpers and files. At each delay the
 * job, if it had begun, wrote its own number; nothing that carries the run's mark is left. Without the watcher the test goes red.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import test from "node:test";
import { BIN, SMALL, type Sandbox, sandbox } from "../cli/support.ts";
import { fake } from "../support/fake.ts";
import { long, scale } from "../support/scale.ts";

const skip = process.platform === "linux" ? false : "needs /proc";
/** A job with a child, one of them deaf to what can be ignored, and a part that left its session. */
const JOB = [
  "import os, signal, subprocess, time",
  "for name in ('TERM', 'HUP', 'INT'): signal.signal(getattr(signal, 'SIG' + name), signal.SIG_IGN)",
  "subprocess.Popen(['sleep', '600'])",
  "subprocess.Popen(['sleep', '601'], start_new_session=True)",
  "open('started', 'w').close()",
  "time.sleep(600)",
].join("\n");

function prepared(t: Parameters<typeof sandbox>[0]): Sandbox {
  const box = sandbox(t);
  box.write("bulkhead.yaml", SMALL);
  assert.equal(box.bulkhead(["apply"]).code, 0);
  assert.equal(box.bulkhead(["secret", "put", "openai"], { input: fake("sk-proj-", 40) }).code, 0);
  return box;
}

/** Processes that carry `mark` in their environment or stand below this folder, by number. */
function holders(box: Sandbox): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      if (pid === process.pid) return false;
      try {
        if (/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "latin1"))) return false;
        return ["environ", "cmdline"].some((name) =>
          readFileSync(`/proc/${pid}/${name}`, "latin1").includes(box.root),
        );
      } catch {
        return false;
      }
    });
}

/** Waits until nobody is left; the time limit is the judge, not a measure. */
async function gone(box: Sandbox): Promise<number[]> {
  for (let round = 0; round < 200; round++) {
    if (holders(box).length === 0) return [];
    await sleep(50);
  }
  return holders(box);
}

function start(box: Sandbox, flags: readonly string[]): ChildProcess {
  const words = ["run", "train", ...flags, "--", "/usr/bin/python3", "-c", JOB];
  // TMPDIR and HOME are the box's: whoever belongs to this run has its path in the environment.
  return spawn(BIN, words, { cwd: box.project, env: box.env, stdio: "ignore", detached: true });
}

for (const flags of [[], ["--isolation=0"]]) {
  const how = flags[0] ?? "isolated";
  test(`kill -9 at any moment leaves nothing, ${how}`, { skip }, async (t) => {
    const box = prepared(t);
    box.atEnd(() => holders(box).forEach((pid) => pid > 1 && process.kill(pid, "SIGKILL"))); // where the test fails
    const started = join(box.project, "started");
    const before = readdirSync(box.root).filter((name) => name.startsWith("bulkhead-run-"));
    const outcome = { early: 0, late: 0 };
    // From the first moment on, and, since machines differ in speed, some moments counted from the job's start.
    const early = Array.from({ length: scale(6, 60) }, (_, round) => ({
      delay: round * scale(100, 12),
      wait: false,
    }));
    const late = (long ? [0, 1, 3, 10, 30] : [0, 10]).map((delay) => ({ delay, wait: true }));
    for (const { delay, wait } of [...early, ...late]) {
      rmSync(started, { force: true });
      const child = start(box, flags);
      const ended = new Promise((resolve) => child.once("exit", resolve));
      while (wait && !existsSync(started)) await sleep(5);
      await sleep(delay);
      if (existsSync(started)) assert.ok(holders(box).length > 0, "the search finds the job itself");
      child.kill("SIGKILL");
      await ended;
      assert.deepEqual(await gone(box), [], `processes outlive Bulkhead when it is killed after ${delay} ms`);
      outcome[existsSync(started) ? "late" : "early"]++;
      const files = readdirSync(box.root).filter((name) => name.startsWith("bulkhead-run-"));
      assert.deepEqual(files, before, `files of the run after ${delay} ms`);
    }
    t.diagnostic(`killed before the job began ${outcome.early} times, after that ${outcome.late} times`);
    assert.ok(outcome.early > 0 && outcome.late > 0);
    assert.equal(box.bulkhead(["run", "train", ...flags, "--", "true"]).code, 0, "the next run is as ever");
  });
}
