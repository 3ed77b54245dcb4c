/** On a terminal: values are asked for and not shown, printed only with --show, and questions can be refused. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { BIN, SMALL, type Sandbox, sandbox } from "./support.ts";

function onTerminal(
  box: Sandbox,
  args: readonly string[],
  wait = "",
  typed = "",
): { code: number | null; seen: string } {
  const script = join(import.meta.dirname, "terminal.py");
  const done = spawnSync("python3", [script, wait, typed, process.execPath, BIN, ...args], {
    cwd: box.project,
    env: { ...box.env, TERM: "xterm" },
    encoding: "utf8",
    timeout: 60_000,
  });
  return { code: done.status, seen: done.stdout };
}

test("a value is asked for without showing it", (t) => {
  const box = sandbox(t);
  const value = fake("hf_", 34);
  const { code, seen } = onTerminal(
    box,
    ["secret", "put", "secret/typed"],
    "Value of secret/typed",
    `${value}\r`,
  );
  assert.equal(code, 0, seen);
  assert.match(seen, /stored secret\/typed \(version 1\)/);
  for (let at = 0; at + 4 <= value.length; at += 4) assert.ok(!seen.includes(value.slice(at, at + 4)));
  assert.equal(box.bulkhead(["secret", "get", "secret/typed"]).stdout, value);
});

test("a value is printed on a terminal only with --show", (t) => {
  const box = sandbox(t);
  const value = fake("hf_", 34);
  assert.equal(box.bulkhead(["secret", "put", "secret/x"], { input: value }).code, 0);
  const hidden = onTerminal(box, ["secret", "get", "secret/x"]);
  assert.equal(hidden.code, 2);
  assert.ok(!hidden.seen.includes(value));
  assert.match(hidden.seen, /add --show/);
  assert.ok(onTerminal(box, ["secret", "get", "secret/x", "--show"]).seen.includes(value));
});

test("a scan shows values on a terminal only when asked", (t) => {
  const box = sandbox(t);
  const value = fake("hf_", 34);
  box.write("a.py", `x = "${value}"\n`);
  const shown = onTerminal(box, ["scan", "--show"]);
  assert.equal(shown.code, 3, shown.seen);
  assert.ok(shown.seen.includes(`value: ${value}`));
  assert.ok(!onTerminal(box, ["scan"]).seen.includes(value));
  const filed = onTerminal(box, ["scan", "--show", "--output", "out.txt"]);
  assert.deepEqual([filed.code, existsSync(join(box.project, "out.txt"))], [2, false]);
});

test("questions: no keeps everything, yes goes on, Ctrl-C cancels", (t) => {
  const box = sandbox(t);
  box.write("bulkhead.yaml", SMALL);
  const file = box.write(".env", `OPENAI_API_KEY=${fake("sk-proj-", 60)}\n`);
  const no = onTerminal(box, ["secret", "import"], "Remove .env?", "n");
  assert.equal(no.code, 0, no.seen);
  assert.ok(existsSync(file));
  const cancelled = onTerminal(box, ["secret", "delete", "openai", "--all"], "for good?", "\u0003");
  assert.equal(cancelled.code, 1, cancelled.seen);
  assert.match(cancelled.seen, /cancelled/);
  assert.equal(box.bulkhead(["secret", "history", "openai"]).code, 0);
  const yes = onTerminal(box, ["secret", "import"], "Remove .env?", "y");
  assert.equal(yes.code, 0, yes.seen);
  assert.ok(!existsSync(file));
});
