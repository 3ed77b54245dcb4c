import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import { long, scale } from "../../test/support/scale.ts";
import { BulkheadError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";
import { type Config, type Ended, PYTHON, Scratch, type User, noSandbox, users } from "./fixtures/drive.ts";
import type { IsolationLevel } from "./isolate.ts";
import { type RunOptions, type RunOutcome, type RunPorts, runStage } from "./session.ts";

const me = users[0] as User;
const modes = [
  { how: "in the sandbox", isolate: true, skip: noSandbox(me) },
  { how: "without one", isolate: false, skip: false as const },
];
const events = ({ notes }: Ended): string[] => notes.map(([event]) => event);

async function started(scratch: Scratch): Promise<void> {
  while (!existsSync(join(scratch.path, "started"))) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Ways to end, each run bare and through Bulkhead: the codes must be equal. Codes and signals as such are run-matrix's. */
const endings: readonly (readonly string[])[] = [
  ...(long ? [["true"], ["false"], ["/bin/sh", "-c", "exit 7"], ["/bin/sh", "-c", "exit 125"]] : []),
  ["/bin/sh", "-c", "exit 255"],
  ["/bin/sh", "-c", "nonexistent-program-of-the-job"],
  ["/bin/sh", "-c", "kill -TERM $$"],
  ["/bin/sh", "-c", "kill -KILL $$"],
  ...(long
    ? [
        ["/bin/sh", "-c", "kill -SEGV $$"],
        ["/bin/sh", "-c", "kill -HUP $$"],
        [PYTHON, "-c", "raise SystemExit(3)"],
      ]
    : []),
  [PYTHON, "-c", "import os; os.abort()"],
  [PYTHON, "-c", "raise KeyboardInterrupt"],
  ["/bin/sh", "-c", "(sleep 0.1; exit 9) & wait $!"],
];

const onSignals = [
  "import os, signal, sys, time",
  "def end(n, _):",
  "    print('got', signal.Signals(n).name, flush=True)",
  "    sys.exit(40 + n)",
  "if sys.argv[1] == 'handle':",
  "    for name in ('INT', 'TERM', 'HUP', 'QUIT', 'USR1', 'USR2', 'WINCH'): signal.signal(getattr(signal, 'SIG' + name), end)",
  "open('started', 'w').close()",
  "time.sleep(30)",
].join("\n");

for (const { how, isolate, skip } of modes) {
  test(`exit codes are those of the bare job, ${how}`, { skip }, async () => {
    for (const command of endings) {
      using scratch = new Scratch(me);
      const bare = spawnSync("/bin/sh", ["-c", '"$@"; exit $?', "bare", ...command], { cwd: scratch.path });
      const ended = await scratch.run({ command, isolate });
      assert.equal(ended.code, bare.status, command.join(" "));
      assert.deepEqual(events(ended), ["begin", "level", "end"]);
    }
  });

  test(`signals reach the job, ${how}`, { skip }, async () => {
    for (const kind of ["handle", "default"]) {
      for (const signal of [
        "SIGINT",
        "SIGTERM",
        "SIGHUP",
        "SIGQUIT",
        "SIGUSR1",
        "SIGUSR2",
        "SIGWINCH",
      ] as const) {
        if (kind === "default" && !["SIGINT", "SIGTERM", "SIGUSR1"].includes(signal)) continue;
        if (!long && !["SIGTERM", "SIGUSR2", "SIGWINCH"].includes(signal)) continue;
        using scratch = new Scratch(me);
        const script = scratch.file("job.py", onSignals);
        const command = [PYTHON, script, kind];
        const { child, ended } = scratch.start({ command, isolate });
        await started(scratch);
        child.kill(signal);
        const bulkhead = await ended;
        using other = new Scratch(me);
        const bare = spawn("/bin/sh", ["-c", '"$@"; exit $?', "bare", ...command], {
          cwd: other.path,
          stdio: "ignore",
          detached: true,
        });
        await started(other);
        const target = Number(spawnSync("pgrep", ["-P", `${bare.pid}`]).stdout.toString());
        assert.ok(target > 1, "the bare job was found"); // 0 would be this test's own group
        process.kill(target, signal);
        const code = await new Promise((resolve) => bare.once("exit", (exit) => resolve(exit)));
        assert.equal(bulkhead.code, code, `${kind} ${signal}`);
        if (kind === "handle") assert.equal(bulkhead.stdout.toString(), `got ${signal}\n`);
        assert.deepEqual(events(bulkhead), ["begin", "level", "end"], "revoked whatever ended it");
      }
    }
  });

  test(`a job that cannot start: 126, 127, and the run is closed, ${how}`, { skip }, async () => {
    using scratch = new Scratch(me);
    scratch.file("plain.txt", "x", 0o644);
    const run = async (command: readonly string[]): Promise<Ended> => scratch.run({ command, isolate });
    const missing = await run(["no-such-program"]);
    assert.equal(missing.code, 127);
    assert.deepEqual(missing.notes.at(-1), ["error", "run.command-not-found"]);
    const refused = await run(["./plain.txt"]);
    assert.equal(refused.code, 126);
    assert.deepEqual(refused.notes.at(-1), ["error", "run.command-not-executable"]);
    assert.deepEqual(events(refused), ["begin", "end", "error"]);
    const folder = await run([`${scratch.path}/home`]);
    assert.equal(folder.code, 126);
    scratch.file("broken", "#!/nonexistent/interpreter\n", 0o755);
    assert.ok([126, 127].includes((await run(["./broken"])).code ?? 0));
    scratch.file("bare", "echo no shebang", 0o755);
    const bare = await run(["./bare"]);
    assert.equal(bare.stdout.toString(), isolate ? "no shebang\n" : bare.stdout.toString());
  });

  test(`output is masked, split writes included, and /dev/stdout opens, ${how}`, { skip }, async () => {
    using scratch = new Scratch(me);
    const secret = fake("sk-", 40);
    const script = [
      "import base64, os, sys, time",
      "s = os.environ['OPENAI_API_KEY']",
      "for c in s: os.write(1, c.encode()); time.sleep(0.001)",
      "os.write(1, b'\\n' + base64.b64encode(b'user:' + s.encode()) + b'\\n\\xff\\xfe\\n')",
      "os.write(2, s.encode()[:20]); time.sleep(0.05); os.write(2, s.encode()[20:] + b'\\n')",
      "open('/dev/stdout', 'w').write('to dev ' + s + '\\n')",
      "os.write(1, s.encode()[:10])",
    ].join("\n");
    const { stdout, stderr, notes, code } = await scratch.run({
      command: [PYTHON, "-c", script],
      secrets: { OPENAI_API_KEY: secret },
      isolate,
    });
    assert.equal(code, 0, stderr);
    const lines = stdout.toString("latin1").split("\n");
    assert.equal(lines[0], "***");
    assert.match(lines[1] ?? "", /^.{6,8}\*\*\*.{0,3}$/);
    assert.deepEqual(
      lines.slice(2),
      ["\u00ff\u00fe", "to dev ***", secret.slice(0, 10)],
      "an incomplete value is not one",
    );
    assert.equal(stderr, "***\n");
    const end = notes.find(([event]) => event === "end")?.[1] as { masked: unknown; exit: unknown };
    assert.deepEqual([end.exit, end.masked], [0, { openai_api_key: 4 }]);
  });

  test(`the job gets its variables and none of the caller's secrets, ${how}`, { skip }, async () => {
    using scratch = new Scratch(me);
    const value = `it's "quoted" $HOME \`x\` \\n\nsecond line é\n`;
    const { stdout, code } = await scratch.run(
      {
        command: [
          PYTHON,
          "-c",
          "import json, os, sys; sys.stdout.write(json.dumps(dict(os.environ)).encode().hex())",
        ],
        plain: { EPOCHS: "3", ODD: value },
        secrets: { WANDB_API_KEY: "short" },
        isolate,
      },
      {
        LC_ALL: "C.UTF-8",
        CUDA_VISIBLE_DEVICES: "0",
        HF_TOKEN: "hf_caller",
        NVIDIA_API_KEY: "nv",
        RANK: "1",
      },
    );
    assert.equal(code, 0);
    const { PWD, SHLVL, _, OLDPWD, ...env } = JSON.parse(
      Buffer.from(stdout.toString(), "hex").toString(),
    ) as Record<string, string>;
    assert.deepEqual(env, {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      HOME: join(scratch.path, "home"),
      LC_ALL: "C.UTF-8",
      CUDA_VISIBLE_DEVICES: "0",
      RANK: "1",
      EPOCHS: "3",
      ODD: value,
      WANDB_API_KEY: "short",
      BULKHEAD_RUN: /^r-\d+-\d+$/.exec(env.BULKHEAD_RUN ?? "")?.[0],
      BULKHEAD_STAGE: "train",
      BULKHEAD_ENVIRONMENT: "dev",
    });
  });

  test(`what the job leaves running is ended with it, ${how}`, { skip }, async () => {
    using scratch = new Scratch(me);
    const { code } = await scratch.run({
      command: ["/bin/sh", "-c", "(sleep 1; touch survived) & echo $! > child; exit 4"],
      isolate,
    });
    assert.equal(code, 4);
    await new Promise((resolve) => setTimeout(resolve, 1300));
    assert.equal(existsSync(join(scratch.path, "survived")), false);
  });

  test(`a reader that stops ends the job as a pipe would, ${how}`, { skip }, async () => {
    using scratch = new Scratch(me);
    const { child, ended } = scratch.start({ command: ["/usr/bin/yes"], isolate });
    child.stdout?.once("data", () => child.stdout?.destroy());
    assert.equal((await ended).code, 128 + 13);
  });

  test(`a fast writer waits for a slow reader, and memory stays put, ${how}`, { skip }, async () => {
    using scratch = new Scratch(me);
    const size = scale(60, 1000) * 1_000_000;
    const { child, ended } = scratch.start({
      command: ["/bin/sh", "-c", `head -c ${size} /dev/zero; touch written`],
      isolate,
    });
    child.stdout?.pause();
    await new Promise((resolve) => setTimeout(resolve, 700));
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
    const resident = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
    assert.equal(existsSync(join(scratch.path, "written")), false, "the job was held back");
    assert.ok(resident < 200_000_000, `${resident} bytes resident`);
    child.stdout?.resume();
    const { stdout, code } = await ended;
    assert.deepEqual([code, stdout.length], [0, size]);
  });
}

test("standard output and error that are one file keep their order", async () => {
  using scratch = new Scratch(me);
  const driver = join(import.meta.dirname, "fixtures", "driver.ts");
  const script = "for i in 1 2 3 4 5 6 7 8 9; do echo out $i; echo err $i >&2; done";
  const config: Config = { command: ["/bin/sh", "-c", script], secrets: {} };
  const given = scratch.file("config.json", JSON.stringify(config));
  const { stdout } = spawnSync(
    "/bin/sh",
    ["-c", '"$@" 2>&1', "sh", process.execPath, "--no-warnings", driver, given, scratch.file("notes", "")],
    {
      cwd: scratch.path,
      env: { PATH: "/usr/bin:/bin", HOME: join(scratch.path, "home") },
    },
  );
  const expected = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => `out ${i}\nerr ${i}\n`).join("");
  assert.equal(stdout.toString(), expected);
});

test("a signal before the job starts: nothing runs, what was issued is revoked", async () => {
  using scratch = new Scratch(me);
  const { child, ended } = scratch.start({ command: ["touch", "ran"], slowBegin: 400 });
  while (!scratch.notes().some(([event]) => event === "begin"))
    await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill("SIGTERM");
  const result = await ended;
  assert.deepEqual(result.notes.at(-1), ["error", "run.interrupted"]);
  assert.deepEqual(events(result), ["begin", "end", "error"]);
  assert.equal(existsSync(join(scratch.path, "ran")), false);
});

test("a stage's `run:` goes through the shell; a stage without one is refused before anything is issued", async () => {
  using scratch = new Scratch(me);
  const { stdout } = await scratch.run({ command: "echo one | tr o O; exit 0" });
  assert.equal(stdout.toString(), "One\n".replace("O", "O"));
  const none = await scratch.run({ command: [] });
  assert.deepEqual([none.code, none.notes], [2, [["error", "run.no-command"]]]);
});

test("the receipt names what was issued and never a value", async () => {
  using scratch = new Scratch(me);
  const secret = fake("sk-", 40);
  const receipt = join(scratch.path, "runs", "r-1.json");
  const { code } = await scratch.run({
    command: ["/bin/sh", "-c", "echo $OPENAI_API_KEY; echo $OPENAI_API_KEY; exit 5"],
    secrets: { OPENAI_API_KEY: secret },
    receipt,
  });
  assert.equal(code, 5);
  assert.equal(statSync(receipt).mode & 0o777, 0o600);
  const envelope = JSON.parse(readFileSync(receipt, "utf8")) as { payload: string; signatures: unknown[] };
  assert.deepEqual(envelope.signatures, []);
  const text = Buffer.from(envelope.payload, "base64").toString();
  assert.equal(text.includes(secret), false);
  const { predicate } = JSON.parse(text) as { predicate: Record<string, unknown> };
  assert.deepEqual([predicate.exit, predicate.revoked, predicate.signer], [5, true, "none"]);
  assert.deepEqual(predicate.secrets, [
    {
      ...{ variable: "OPENAI_API_KEY", secret: "openai_api_key", field: "value", version: 3 },
      ...{ delivery: "variable", composed: false, masked: 2, used: "yes", evidence: ["masked in output"] },
    },
  ]);
});

test("on a terminal Ctrl-C reaches the whole group of the job, and its input comes through", async () => {
  using scratch = new Scratch(me);
  const job = [
    "import subprocess, sys",
    "print('name?', flush=True); name = sys.stdin.readline().strip(); print('hello', name, flush=True)",
    "child = subprocess.Popen([sys.executable, '-c', 'import time; print(\"ready\", flush=True); time.sleep(30)'])",
    "try: child.wait()",
    "except KeyboardInterrupt: print('both', child.wait(), flush=True); sys.exit(6)",
  ].join("\n");
  const given = scratch.file(
    "config.json",
    JSON.stringify({ command: [PYTHON, scratch.file("job.py", job)], secrets: {} }),
  );
  const terminal = [
    "import os, pty, sys",
    "pid, fd = pty.fork()",
    "if pid == 0: os.execv(sys.argv[1], sys.argv[1:])",
    "seen = b''; todo = [(b'name?', b'ada\\n'), (b'ready', b'\\x03')]",
    "while True:",
    "    try: seen += os.read(fd, 4096)",
    "    except OSError: break",
    "    if todo and todo[0][0] in seen: os.write(fd, todo.pop(0)[1])",
    "sys.stdout.write(seen.decode()); sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))",
  ].join("\n");
  const driver = join(import.meta.dirname, "fixtures", "driver.ts");
  const argv = [process.execPath, "--no-warnings", driver, given, scratch.file("notes", "")];
  const child = spawn(PYTHON, ["-c", terminal, ...argv], {
    cwd: scratch.path,
    env: { PATH: "/usr/bin:/bin", HOME: join(scratch.path, "home") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  assert.match(text, /hello ada/);
  assert.match(text, /both -2/, "the grandchild got it too");
  assert.equal(code, 6);
});

test("where user namespaces are refused the job runs at level 0 and the report says so", {
  skip: noSandbox(me),
}, async () => {
  using scratch = new Scratch(me);
  const driver = join(import.meta.dirname, "fixtures", "driver.ts");
  const given = scratch.file(
    "config.json",
    JSON.stringify({ command: ["/bin/sh", "-c", "echo ran; exit 8"], secrets: {} }),
  );
  const argv = [process.execPath, "--no-warnings", driver, given, scratch.file("notes", "")];
  const { stdout, status } = spawnSync(
    "/usr/bin/unshare",
    ["-Ur", "/bin/sh", "-c", 'echo 0 > /proc/sys/user/max_user_namespaces; "$@"', "sh", ...argv],
    { cwd: scratch.path, env: { PATH: "/usr/bin:/bin", HOME: join(scratch.path, "home") } },
  );
  assert.deepEqual([stdout.toString(), status], ["ran\n", 8]);
  const level = scratch.notes().find(([event]) => event === "level")?.[1] as IsolationLevel;
  assert.equal(level.level, 0);
  assert.deepEqual(level.proven, []);
  assert.match(level.missing.join("\n"), /refuses user namespaces[^]*can be read/);
});

test("a failed revocation is reported, the exit code stays, the values are wiped", async () => {
  const value = Secret.copy(fake("sk-", 40));
  const outcomes: RunOutcome[] = [];
  const ports = (end: () => Promise<never>): RunPorts => ({
    begin: () =>
      Promise.resolve({
        runId: "r-2",
        secrets: [{ variable: "KEY", secretName: "key", field: "value", version: null, value }],
        plain: {},
        expires: 0,
      }),
    end: (outcome) => {
      outcomes.push(outcome);
      return end();
    },
  });
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const options: RunOptions = {
    project: "demo",
    stage: "train",
    environment: "dev",
    command: ["/bin/sh", "-c", "exit 3"],
    ambient: { PATH: "/usr/bin:/bin" },
    cwd: "/",
    home: "/nonexistent",
    hide: [],
    level: 0,
    stdout: output,
    stderr: output,
    stdin: "ignore",
    commit: null,
    receiptPath: null,
    leaks: "off", // in `/` the search would take as long as it may
  };
  const report = await runStage(
    options,
    ports(() => Promise.reject(new Error("sk-in-a-message"))),
  );
  assert.deepEqual([report.exit, report.revoked, report.receipt], [3, false, null]);
  assert.equal(report.problems[0]?.code, "run.revocation-failed");
  assert.equal(report.problems[0]?.message.includes("sk-in"), false);
  assert.equal(outcomes.length, 1);
  assert.throws(() => value.reveal(), /wiped/);
  const refused: RunPorts = {
    begin: () => Promise.reject(new BulkheadError("auth.denied")),
    end: () => assert.fail("nothing began"),
  };
  await assert.rejects(
    runStage(options, refused),
    (error) => error instanceof BulkheadError && error.code === "auth.denied",
  );
  assert.equal(process.listenerCount("SIGTERM"), 0, "no listener stays behind");
});
