import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import test from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fake } from "../../test/support/fake.ts";
import { Secret } from "../core/secret.ts";
import { RunFiles, sweepRunFiles } from "./files.ts";
import { FIRST_INHERITED, inherited } from "./inherit.ts";

const value = (): Secret => Secret.copy(fake("key-", 30));

test("a file is private, holds the very bytes, and is gone after remove", () => {
  const files = new RunFiles();
  const bytes = Buffer.from([0, 0xff, 10, 13, 0]);
  const path = files.file("cred", Secret.copy(bytes));
  assert.equal(lstatSync(path).mode & 0o777, 0o600);
  assert.equal(lstatSync(dirname(path)).mode & 0o777, 0o700);
  assert.ok(readFileSync(path).equals(bytes));
  const other = files.file("other", value());
  assert.equal(dirname(other), dirname(path));
  files.remove();
  assert.ok(!existsSync(dirname(path)));
  files.remove();
});

test("a file at a place of its own is never written over another one", () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-test-"));
  try {
    const files = new RunFiles();
    const place = join(folder, "kubeconfig");
    assert.equal(files.file("x", value(), place), place);
    assert.throws(() => files.file("y", value(), place), { code: "run.file-exists" });
    files.remove();
    assert.ok(!existsSync(place));
    writeFileSync(place, "mine");
    const again = new RunFiles();
    assert.throws(() => again.file("x", value(), place), { code: "run.file-exists" });
    assert.throws(() => again.pipe("x", value(), { maxReads: 1, place }), { code: "run.file-exists" });
    again.remove();
    assert.equal(readFileSync(place, "utf8"), "mine");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a nameless file: no name anywhere, read-only, read as often as wanted by the job and its children", (t) => {
  if (process.platform !== "linux") return t.skip("Linux has it");
  const files = new RunFiles();
  const before = readdirSync("/dev/shm");
  const secret = value();
  const path = files.descriptor("cred", secret);
  assert.equal(path, `/dev/fd/${FIRST_INHERITED}`);
  const second = files.descriptor("other", Secret.copy("two"));
  assert.equal(second, `/dev/fd/${FIRST_INHERITED + 1}`);
  assert.deepEqual(readdirSync("/dev/shm"), before, "no name");
  const script = `cat ${path}; sh -c "cat ${path} ${second}"; echo x >&${FIRST_INHERITED}`;
  const job = spawnSync("/bin/bash", ["-c", script], {
    stdio: ["ignore", "pipe", "pipe", ...inherited(files.inherit, 3)],
    encoding: "utf8",
  });
  assert.equal(job.stdout, `${secret.revealText()}${secret.revealText()}two`);
  assert.match(job.stderr, /Bad file descriptor/, "it cannot be written");
  files.remove();
});

/** A program that makes a file, a file at a place and a pipe, says where, and waits. */
const HOLDER = `
import { RunFiles } from ${JSON.stringify(join(import.meta.dirname, "files.ts"))};
import { Secret } from ${JSON.stringify(join(import.meta.dirname, "..", "core", "secret.ts"))};
const files = new RunFiles();
const one = Secret.copy("${"x".repeat(20)}");
console.log([files.file("a", one), files.file("b", one, process.argv[1]), files.pipe("c", one, { maxReads: 2 })].join("\\n"));
setInterval(() => {}, 1000);
`;

async function holder(place: string): Promise<{ paths: string[]; kill: () => Promise<void> }> {
  const child = spawn(process.execPath, ["--no-warnings", "--input-type=module", "-e", HOLDER, place], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const paths = await new Promise<string[]>((resolve) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (some: string) => {
      text += some;
      if (text.split("\n").length > 3) resolve(text.trim().split("\n"));
    });
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return {
    paths,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

test("kill -9: the files, the one at a place of its own and the pipe are gone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-test-"));
  try {
    const { paths, kill } = await holder(join(folder, "b"));
    for (const path of paths) assert.ok(existsSync(path), path);
    await kill();
    for (let tries = 0; tries < 100 && paths.some((path) => existsSync(path)); tries++) await delay(50);
    assert.deepEqual(
      paths.filter((path) => existsSync(path)),
      [],
    );
    assert.ok(!existsSync(dirname(paths[0] ?? "")));
    assert.ok(existsSync(folder), "only what is ours");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("what a killed run and its watcher left is swept at the next start; a living run's and others' folders are not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-test-"));
  const { paths, kill } = await holder(join(folder, "b"));
  const living = dirname(paths[0] ?? "");
  const base = dirname(living);
  const stale = mkdtempSync(
    join(base, basename(living).replace(/-\d+-\d+-[A-Za-z0-9]{6}$/, "-999999999-1-")),
  );
  const reused = mkdtempSync(join(base, basename(living).replace(/-(\d+)-\d+-[A-Za-z0-9]{6}$/, "-$1-1-")));
  const elsewhere = mkdtempSync(
    join(base, basename(living).replace(/^(bulkhead-run-\d+)-.*$/, "$1-1-999999999-1-")),
  );
  try {
    writeFileSync(join(stale, "key"), "x");
    sweepRunFiles();
    assert.ok(!existsSync(stale), "its process is gone");
    assert.ok(!existsSync(reused), "its number is another process now");
    assert.ok(existsSync(elsewhere), "another process namespace: its numbers mean nothing here");
    assert.ok(existsSync(living));
  } finally {
    await kill();
    for (const one of [stale, reused, elsewhere, folder]) rmSync(one, { recursive: true, force: true });
  }
});
