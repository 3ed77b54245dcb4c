/**
 * `bulkhead run` where a person sits: the job has a terminal of its own, in the sandbox and without one, and everything that one does with
 * a terminal (type, resize, Ctrl-C, Ctrl-Z, prompts, full-screen modes, a shell with its own jobs) is as without Bulkhead.
 * Jobs end their lines with #, which begins no form of any secret, so that nothing is held back while it could still become one.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { findHelper } from "../../src/run/monitor.ts";
import { fake } from "../support/fake.ts";
import { BIN, SMALL, sandbox } from "./support.ts";

const driver = join(import.meta.dirname, "..", "support", "on-terminal.py");
const PYTHON = "/usr/bin/python3";
const skip = findHelper() === null ? "no terminal can be made here" : false;
type Step = readonly [string, ...(string | number)[]];

/** One for all: no job changes what the next one finds. */
const box = sandbox({ after });
const value = fake("sk-proj-", 60);

function at(steps: readonly Step[], command: readonly string[]): { seen: string; end: number } {
  const { stdout, stderr, status } = spawnSync(PYTHON, [driver, JSON.stringify(steps), ...command], {
    cwd: box.project,
    env: { ...box.env, TERM: "xterm", PS1: "$ " },
    encoding: "utf8",
    timeout: 300_000,
  });
  assert.equal(status, 0, `${stdout}${stderr}`);
  return { seen: stdout, end: Number(/ENDED (-?\d+)\n$/.exec(stdout)?.[1]) };
}

const SHELL = ["bash", "--norc", "--noprofile", "-i"];
const hasBash = spawnSync("which", ["bash"]).status === 0 ? false : "no bash here";
const TALK = [
  "import os, signal, sys",
  "def size(*_): os.write(1, b'size %d %d #\\n' % os.get_terminal_size())",
  "signal.signal(signal.SIGWINCH, size)",
  "signal.signal(signal.SIGCONT, lambda *_: os.write(1, b'resumed #\\n'))",
  "print('tty', [os.isatty(fd) for fd in (0, 1, 2)], os.tcgetpgrp(0) == os.getpgrp(), os.open('/dev/tty', os.O_RDWR) > 2, '#', flush=True)",
  "print('key', os.environ['OPENAI_API_KEY'], '#', flush=True)",
  "size()",
  "for line in sys.stdin: print('line', line.strip(), '#', flush=True)",
  "sys.exit(9)",
].join("\n");

before(() => {
  box.write("bulkhead.yaml", SMALL);
  box.write("talk.py", TALK);
  assert.equal(box.bulkhead(["apply"]).code, 0);
  assert.equal(box.bulkhead(["secret", "put", "openai"], { input: value }).code, 0);
});

for (const flags of [[], ["--isolation=0"]]) {
  const how = flags[0] ?? "isolated";
  const run = [BIN, "run", "train", ...flags, "--"];
  const line = `${run.join(" ")} ${PYTHON} talk.py; echo code=$?`;

  test(`a job has a terminal: keys, sizes, masks, end of input, ${how}`, { skip }, () => {
    const steps: Step[] = [
      ["expect", "size 80 24 #"],
      ["size", 50, 132],
      ["expect", "size 132 50 #"],
      ["send", "hello\r"],
      ["expect", "line hello #"],
      ["send", "\u0004"],
    ];
    const { seen, end } = at(steps, [...run, PYTHON, "talk.py"]);
    assert.match(seen, /tty \[True, True, True\] True True #\r\n/);
    assert.match(seen, /key \*\*\* #/);
    assert.ok(!seen.includes(value));
    assert.equal(end, 9);
  });

  test(`Ctrl-C ends the job as bare, and the terminal is as before, ${how}`, {
    skip: skip || hasBash,
  }, () => {
    const modes = "echo modes $(stty -a | cksum) end";
    const steps: Step[] = [
      ["send", `${modes}1; for i in 1 2 3; do ${line}; done; ${modes}2\r`],
      ["expect", "size 80 24 #"],
      ["send", "\u0003"],
      ["expect", "$ "],
      ["send", `${modes}3; exit 0\r`],
    ];
    const { seen } = at(steps, SHELL);
    const sums = [...seen.matchAll(/modes (\d+ \d+) end(\d)/g)].map(([, sum, number]) => [number, sum]);
    assert.deepEqual(
      sums.map(([number]) => number),
      ["1", "3"],
      "the loop ended with the job that died of Ctrl-C",
    );
    assert.equal(new Set(sums.map(([, sum]) => sum)).size, 1, "the modes are the ones before");
    assert.equal(seen.split("size 80 24 #").length, 2, "and was started once");
  });

  test(`Ctrl-Z stops the job and Bulkhead, fg resumes both, ${how}`, { skip: skip || hasBash }, () => {
    const steps: Step[] = [
      ["send", `${line}\r`],
      ["expect", "size 80 24 #"],
      ["send", "\u001a"],
      ["expect", "Stopped"],
      ["expect", "code="],
      ["send", "stty -a | grep -c -e ' echo '; jobs\r"],
      ["expect", "Stopped"],
      ["size", 30, 90],
      ["send", "fg\r"],
      ["expect", "size 90 30 #"],
      ["send", "again\r"],
      ["expect", "line again #"],
      ["send", "\u001a"],
      ["expect", "Stopped"],
      ["send", "fg\r"],
      ["expect", "resumed #"],
      ["send", "more\r"],
      ["expect", "line more #"],
      ["send", "\u0004"],
      ["expect", "$ "],
      ["send", "exit 0\r"],
    ];
    at(steps, SHELL);
  });

  test(`a shell in the job has jobs of its own, ${how}`, { skip: skip || hasBash }, () => {
    const steps: Step[] = [
      ["expect", "$ "],
      // It says that it runs in words that the echo of the line does not have: only then does Ctrl-Z reach it.
      ["send", "sh -c 'echo in''side; exec sleep 50'\r"],
      ["expect", "inside"],
      ["send", "\u001a"],
      ["expect", "Stopped"],
      ["send", "kill %1; echo columns $(tput cols) '#'; exit 5\r"],
      ["expect", "columns 80 #"],
    ];
    assert.equal(at(steps, [...run, "env", "PS1=$ ", ...SHELL]).end, 5);
  });

  test(`where nobody could resume it, Ctrl-Z does not stop a job for good, ${how}`, { skip }, () => {
    const steps: Step[] = [
      ["expect", "size 80 24 #"],
      ["send", "\u001a"],
      ["wait", 1],
      ["send", "on\r"],
      ["expect", "line on #"],
      ["send", "\u0004"],
    ];
    assert.equal(at(steps, [...run, PYTHON, "talk.py"]).end, 9);
  });

  test(`a run within a run: code, keys and Ctrl-C are still right, ${how}`, { skip }, () => {
    const inner = join(box.project, "inner");
    const nested = { ...box.env, BULKHEAD_HOME: inner };
    assert.equal(box.bulkhead(["apply"], { env: nested }).code, 0);
    assert.equal(box.bulkhead(["secret", "put", "openai"], { input: value, env: nested }).code, 0);
    const command = [...run, "env", `BULKHEAD_HOME=${inner}`, ...run, PYTHON, "talk.py"];
    const talk: Step[] = [
      ["expect", "size 80 24 #"],
      ["size", 40, 100],
      ["expect", "size 100 40 #"],
      ["send", "deep\r"],
      ["expect", "line deep #"],
    ];
    const { seen, end } = at([...talk, ["send", "\u0004"]], command);
    assert.equal(end, 9);
    assert.ok(!seen.includes(value));
    assert.equal(at([...talk, ["send", "\u0003"]], command).end, -2, "it died of SIGINT, and so did both");
  });
}

test("of a pipeline only what is on the terminal is one, and its modes stay", {
  skip: skip || hasBash,
}, () => {
  const script =
    "import os, sys; print('ready', '#', file=sys.stderr); print([os.isatty(fd) for fd in (0, 1, 2)], os.get_terminal_size(2).columns, input(), '#', file=sys.stderr); print('out', '#')";
  const run = `${BIN} run train -- ${PYTHON} -c "${script}"`;
  const steps: Step[] = [
    ["send", `${run} | cat; echo piped | ${run} 2>&1; ${run} >out.txt; cat out.txt; exit 0\r`],
    ["expect", "ready #"],
    ["send", "one\r"],
    ["expect", "[True, False, True] 80 one #"],
    ["expect", "[False, True, True] 80 piped #"],
    ["expect", "ready #"],
    ["send", "two\r"],
    ["expect", "[True, False, True] 80 two #"],
    ["expect", "out #"],
  ];
  at(steps, SHELL);
});

test("a job with much to say loses nothing at its end, however slow the terminal", { skip }, () => {
  const { seen, end } = at(
    [
      ["expect", "1 #"],
      ["wait", 1],
      ["wait", 1],
    ],
    [BIN, "run", "train", "--", "sh", "-c", "seq -f '%g #' 1 40000; exit 3"],
  );
  const numbers = [...seen.matchAll(/^(\d+) #\r?$/gm)].map(([, number]) => Number(number));
  assert.equal(numbers.length, 40_000);
  assert.equal(end, 3);
});
