/** Jobs that cannot start, and jobs whose output is odd: every byte that is no secret passes, memory stays bounded, the code is the job's. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import test, { type TestContext } from "node:test";
import { fake } from "../support/fake.ts";
import { scale } from "../support/scale.ts";
import { BIN, SMALL, type Sandbox, sandbox } from "./support.ts";

const PYTHON = "/usr/bin/python3";
const MIB = 1 << 20;

function prepared(t: TestContext): Sandbox {
  const box = sandbox(t);
  box.write("bulkhead.yaml", SMALL);
  assert.equal(box.bulkhead(["apply"]).code, 0);
  assert.equal(box.bulkhead(["secret", "put", "openai"], { input: fake("sk-proj-", 40) }).code, 0);
  return box;
}

interface Lent {
  readonly code: number | null;
  readonly stdout: Buffer;
}

for (const flags of [[], ["--isolation=0"]]) {
  const how = flags[0] ?? "isolated";
  const run = (box: Sandbox, command: readonly string[]): Lent => {
    const words = [BIN, "run", "train", ...flags, "--", ...command];
    const { status, stdout } = spawnSync(process.execPath, words, {
      cwd: box.project,
      env: box.env,
      timeout: 60_000,
    });
    return { code: status, stdout };
  };

  test(`what cannot start has the shell's code, ${how}`, (t) => {
    const box = prepared(t);
    box.write("text", "echo no program\n");
    box.write("lost", "#!/no/such/interpreter\n", 0o755);
    box.write("plain", "exit 21\n", 0o755);
    box.write("folder/x", "");
    const cases: readonly (readonly [string, number])[] = [
      ["no-such-program", 127],
      ["./no-such-file", 127],
      ["./text", 126],
      ["./folder", 126],
      ["/", 126],
      ["./lost", 127],
    ];
    for (const [program, code] of cases) assert.equal(run(box, [program]).code, code, program);
  });

  test(`odd bytes pass unchanged, to the last one, ${how}`, (t) => {
    const box = prepared(t);
    const odd: readonly Buffer[] = [
      Buffer.from([0xff, 0xfe, 0x80, 0xc3, 0x28, 0xe2, 0x82, 0x0a, 0xf0]),
      Buffer.from("progress \u001b[3"),
      Buffer.from("\u001b]0;title"),
      Buffer.from("half a line\r"),
      Buffer.from([0, 0, 0, 10, 0]),
      Buffer.alloc(0),
    ];
    for (const bytes of odd) {
      const script = `import os; os.write(1, bytes.fromhex('${bytes.toString("hex")}'))`;
      const { code, stdout } = run(box, [PYTHON, "-c", script]);
      assert.deepEqual([code, stdout.toString("hex")], [0, bytes.toString("hex")]);
    }
  });

  test(`what has no end of line passes with bounded memory, ${how}`, {
    skip: existsSync("/proc/self/status") ? false : "needs /proc",
  }, async (t) => {
    const box = prepared(t);
    const size = scale(192, 1024) * MIB;
    const script = [
      "import os",
      "block = bytes(range(97, 123)) * 40330",
      `left = ${size}`,
      "while left > 0: left -= os.write(1, block[:left])",
    ].join("\n");
    const words = [BIN, "run", "train", ...flags, "--", PYTHON, "-c", script];
    const child = spawn(process.execPath, words, {
      cwd: box.project,
      env: box.env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const hash = createHash("sha256");
    let [count, peak] = [0, 0];
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      hash.update(chunk);
      count += chunk.length;
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, "latin1");
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]));
      } catch {
        // it is over
      }
    }
    assert.equal(count, size);
    assert.ok(peak > 0 && peak * 1024 < 260 * MIB, `${peak} KiB at most`);
    t.diagnostic(`${size / MIB} MiB, at most ${Math.round(peak / 1024)} MiB of memory`);
  });

  test(`standard input passes: a pipe, nothing, and closed, ${how}`, (t) => {
    const box = prepared(t);
    const line = `${process.execPath} ${BIN} run train ${flags.join(" ")} --`;
    const shell = (script: string): string => {
      const done = spawnSync("/bin/sh", ["-c", script], {
        cwd: box.project,
        env: box.env,
        encoding: "utf8",
        timeout: 60_000,
      });
      if (done.stdout === "") t.diagnostic(done.stderr);
      return done.stdout;
    };
    assert.equal(shell(`printf 'a\\nb' | ${line} cat`), "a\nb");
    assert.equal(shell(`${line} cat </dev/null; echo $?`), "0\n");
    assert.equal(shell(`${line} sh -c 'cat 2>/dev/null; echo on' <&-`), "on\n");
    assert.equal(shell(`${line} sh -c 'echo gone; exit 4' >&-; echo $?`), "4\n");
  });

  test(`workers that a launcher starts have the variables, and its end is theirs, ${how}`, (t) => {
    const box = prepared(t);
    box.write(
      "launch.py",
      [
        "import os, subprocess, sys",
        'worker = \'import hashlib, os, sys; print(os.environ["RANK"], os.environ["WORLD_SIZE"], len(os.environ["OPENAI_API_KEY"])); sys.exit(3 if os.environ["RANK"] == "1" else 0)\'',
        "ranks = [subprocess.Popen([sys.executable, '-c', worker], env={**os.environ, 'RANK': str(rank), 'WORLD_SIZE': '3'}) for rank in range(3)]",
        "sys.exit(max(rank.wait() for rank in ranks))",
      ].join("\n"),
    );
    const { code, stdout } = run(box, [PYTHON, "launch.py"]);
    assert.equal(code, 3);
    assert.deepEqual(stdout.toString().trim().split("\n").sort(), ["0 3 48", "1 3 48", "2 3 48"]);
  });
}

test("nohup: a hang-up reaches neither Bulkhead nor the job", {
  skip: existsSync("/bin/sh") ? false : "no sh",
}, (t) => {
  const box = prepared(t);
  const script = [
    "trap '' HUP",
    `${BIN} run train -- sh -c 'touch started; sleep 1; exit 7' &`,
    "while [ ! -e started ]; do sleep 0.05; done",
    "kill -s HUP $!; wait $!; echo code $?",
  ].join("\n");
  const options = { cwd: box.project, env: box.env, encoding: "utf8", timeout: 60_000 } as const;
  assert.equal(spawnSync("/bin/sh", ["-c", script], options).stdout, "code 7\n");
  assert.equal(
    spawnSync("/bin/sh", ["-c", script.replace("trap '' HUP\n", "")], options).stdout,
    "code 129\n",
  );
});
