/** The monitor in each language, on a real terminal: it says what the job is, when it stops, and how it ends. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { constants, closeSync, openSync } from "node:fs";
import type { Duplex } from "node:stream";
import test from "node:test";
import { ReadStream } from "node:tty";
import { findHelper } from "./monitor.ts";
import { type End, Reports } from "./reports.ts";

interface Told {
  readonly end: End;
  readonly stops: number;
  readonly output: string;
}

async function monitored(language: string, script: string): Promise<Told> {
  const helper = findHelper(language);
  assert.ok(helper !== null);
  const master = openSync("/dev/ptmx", constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const [program = "", ...rest] = helper.unlock;
  const path = spawnSync(program, rest, { stdio: [master, "pipe", "inherit"] }).stdout.toString();
  const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  const [first = "", ...words] = [...helper.monitor(3), "/bin/sh", "sh", "-c", script];
  const child = spawn(first, words, { detached: true, stdio: [fd, fd, fd, "pipe"] });
  closeSync(fd);
  let [output, stops, job] = ["", 0, 0];
  const screen = new ReadStream(master).on("error", () => undefined);
  screen.on("data", (data: Buffer) => (output += data.toString()));
  const closed = new Promise((resolve) => screen.once("close", resolve));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const reports = new Reports(child.stdio[3] as Duplex, {
    job: (pid) => (job = pid),
    stopped: () => {
      stops++;
      assert.ok(job > 1); // 0 would be our own group
      process.kill(-job, "SIGCONT");
    },
  });
  const end = await reports.end;
  await closed;
  reports.close();
  await ended;
  return { end, stops, output };
}

for (const language of ["perl", "python3"]) {
  const skip = findHelper(language) === null ? `no ${language} here` : false;
  test(`the monitor in ${language}: codes, signals, stops, and the terminal is the job's`, {
    skip,
  }, async () => {
    assert.deepEqual((await monitored(language, "exit 0")).end, { exit: 0, signal: null });
    assert.deepEqual((await monitored(language, "exit 255")).end, { exit: 255, signal: null });
    assert.deepEqual((await monitored(language, "kill -s TERM $$")).end, { exit: 143, signal: "SIGTERM" });
    assert.deepEqual((await monitored(language, "kill -s KILL $$")).end, { exit: 137, signal: "SIGKILL" });
    const stopped = await monitored(language, "kill -s TSTP $$; echo on >/dev/tty; exit 6");
    assert.deepEqual([stopped.end.exit, stopped.stops, stopped.output], [6, 1, "on\r\n"]);
    const traps = await monitored(language, "trap 'echo got; exit 7' INT; kill -s INT $$; echo not");
    assert.deepEqual([traps.end.exit, traps.output], [7, "got\r\n"]);
  });
}

test("what is no report is none: other words, long lines", async () => {
  const { Duplex: Stream } = await import("node:stream");
  const stream = new Stream({ read: () => undefined, write: (_, __, done) => done() });
  const seen: string[] = [];
  const reports = new Reports(stream, {
    job: (pid) => seen.push(`job ${pid}`),
    stopped: (n) => seen.push(`stop ${n}`),
  });
  stream.push(`exit\nexit x\nkill -9\njob 7 8\n${"a".repeat(5000)}\njob `);
  stream.push("12\nstop 20\nkill 9\nexit 3\n");
  assert.deepEqual(await reports.end, { exit: 137, signal: "SIGKILL" });
  assert.deepEqual(seen, ["job 12", "stop 20"]);
});
