/** Readers that go away and disks that are full: a run still ends as a run, and nothing dies with a trace. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import test, { type TestContext } from "node:test";
import { fake } from "../support/fake.ts";
import { BIN, SMALL, type Sandbox, sandbox } from "./support.ts";

const full = { skip: existsSync("/dev/full") ? false : "no /dev/full here" };

function ready(t: TestContext): Sandbox {
  const box = sandbox(t);
  box.write("bulkhead.yaml", SMALL);
  assert.equal(box.bulkhead(["apply"]).code, 0);
  assert.equal(box.bulkhead(["secret", "put", "openai"], { input: fake("sk-proj-", 40) }).code, 0);
  return box;
}

/** Runs a line of shell in which `bulkhead` is the bundle; the line prints what it wants to be known. */
function shell(box: Sandbox, line: string): string {
  const script = `bulkhead() { "${process.execPath}" "${BIN}" "$@"; }\n${line}`;
  const options = { cwd: box.project, env: box.env, encoding: "utf8", timeout: 60_000 } as const;
  const { stdout, stderr } = spawnSync("/bin/sh", ["-c", script], options);
  return `${stdout}${stderr}`;
}

interface Run {
  readonly state: string;
  readonly exit_code: number;
}
const lastRun = (box: Sandbox): Run | undefined => box.json<Run[]>(["runs"])[0];

test("a run whose reader goes away is ended and revoked, with the job's own code", (t) => {
  const box = ready(t);
  const said = shell(box, "{ bulkhead run train -- yes; echo code $? >&2; } | head -n 1");
  assert.match(said, /^y\ncode 141\n/);
  assert.deepEqual([lastRun(box)?.state, lastRun(box)?.exit_code], ["ended", 141]);
  // A shell may start Python: the project's first such run says which start-up hooks it found, before the job's own first line.
  assert.match(shell(box, "bulkhead run train -- sh -c ':'; echo code $?"), /code 0\n/);
  const other = shell(
    box,
    "{ bulkhead run train -- sh -c 'yes >&2; exit 7' 2>&1 >/dev/null; echo code $?; } | head -n 1",
  );
  assert.equal(other, "y\n");
  assert.deepEqual([lastRun(box)?.state, lastRun(box)?.exit_code], ["ended", 7]);
});

test("what cannot be written to a full disk ends the job and is said, without a trace", full, (t) => {
  const box = ready(t);
  const said = shell(box, "bulkhead run train -- yes >/dev/full; echo code $?");
  assert.match(said, /code 141/);
  assert.match(said, /^bulkhead: error: cannot write standard output: ENOSPC$/m);
  assert.doesNotMatch(said, /\n\s+at /);
  assert.deepEqual([lastRun(box)?.state, lastRun(box)?.exit_code], ["ended", 141]);
  const silent = shell(box, "bulkhead run train -- sh -c 'echo x >&2; exit 5' 2>/dev/full; echo code $?");
  assert.equal(silent, "code 5\n");
  assert.equal(lastRun(box)?.state, "ended");
});

test("other commands say that they could not write, and end with 1", full, (t) => {
  const box = sandbox(t);
  const said = shell(box, "bulkhead providers >/dev/full; echo code $?");
  assert.match(said, /^code 1\nbulkhead: error: cannot write standard output: ENOSPC\n/);
  assert.doesNotMatch(said, /\n\s+at /);
  assert.equal(shell(box, "bulkhead nonsense 2>/dev/full; echo code $?"), "code 2\n");
  assert.match(shell(box, "{ bulkhead providers; echo code $? >&2; } | head -n 1"), /code 0\n$/);
});
