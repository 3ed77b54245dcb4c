/** `bulkhead mask`, and a run that looks for its values in what its job wrote. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { BIN, SMALL, type Sandbox, sandbox } from "./support.ts";

const KEY = fake("sk-proj-", 40);

/** Standard output is bytes. */
function mask(
  box: Sandbox,
  args: readonly string[],
  input: Buffer,
): { code: number | null; stdout: Buffer; stderr: string } {
  const options = { cwd: box.project, env: box.env, input, timeout: 60_000, maxBuffer: 1 << 28 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, "mask", ...args], options);
  return { code: status, stdout, stderr: stderr.toString() };
}

function values(box: Sandbox, content: string, mode = 0o600): string {
  const path = join(box.project, "values");
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

test("values from JSON and from lines; bytes of other kinds pass as they are", (t) => {
  const box = sandbox(t);
  const noise = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7919 + (i >> 8)) & 255));
  const input = Buffer.concat([noise, Buffer.from(`${KEY} ${Buffer.from(KEY).toString("base64")}`), noise]);
  const want = Buffer.concat([noise, Buffer.from("*** ***"), noise]);
  for (const content of [
    JSON.stringify([KEY]),
    JSON.stringify({ a: { key: KEY } }),
    `# it\nexport KEY="${KEY}"\n`,
  ]) {
    const { code, stdout, stderr } = mask(box, ["--secrets-from", values(box, content)], input);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.ok(stdout.equals(want));
  }
  const counted = mask(
    box,
    ["--secrets-from", values(box, `A=${KEY}\nPIN=1234\n`), "--json", "--mask", "[gone]"],
    Buffer.from(`x ${KEY}\n`),
  );
  assert.equal(counted.stdout.toString(), "x [gone]\n");
  assert.deepEqual(JSON.parse(counted.stderr), {
    read: KEY.length + 3,
    written: 9,
    masked: { A: 1 },
    notMasked: [{ name: "PIN", why: "short" }],
  });
});

test("what cannot be masked is refused or said, never passed over", (t) => {
  const box = sandbox(t);
  const refused = (args: readonly string[], says: RegExp, code = 2): void => {
    const result = mask(box, args, Buffer.from(KEY));
    assert.match(result.stderr, says);
    assert.equal(result.code, code);
    assert.equal(result.stdout.length, 0);
    assert.equal(result.stderr.includes(KEY), false);
  };
  refused([], /nothing to mask/);
  refused(["--secrets-from", "-"], /standard input/);
  refused(["--secrets-from", "/dev/stdin"], /standard input/);
  refused(["--secrets-from", values(box, `A=${KEY}`, 0o644)], /others can read/, 1);
  refused(["--secrets-from", join(box.project, "none")], /cannot read/, 1);
  refused(["--secrets-from", values(box, `{"a": "${KEY}`)], /begins like JSON and is not/);
  refused(["--secrets-from", values(box, `A=${KEY}\n${KEY}\n`)], /line 2 is not NAME=value/);
  refused(["--secrets-from", values(box, "")], /it is empty/);
  const warned = mask(
    box,
    ["--secrets-from", values(box, `A=${KEY}\nB=abc\nC=password\n`)],
    Buffer.from("abc password"),
  );
  assert.equal(warned.stdout.toString(), "abc password");
  assert.match(warned.stderr, /not masked: B \(short\), C \(common\)/);
});

test("a pipe of values, what looks like a key, and a job's own masks", (t) => {
  const box = sandbox(t);
  const script = `"$0" "$1" mask --secrets-from <(printf 'A=%s' "$KEY")`;
  const piped = spawnSync("bash", ["-c", script, process.execPath, BIN], {
    env: { ...box.env, KEY },
    input: `a ${KEY}\n`,
  });
  assert.equal(piped.stdout.toString(), "a ***\n");
  const hub = fake("hf_", 34);
  const looks = mask(box, ["--mask-patterns"], Buffer.from(`one\ntoken ${hub} x\nno end: ${hub}`));
  assert.equal(looks.stdout.toString(), "one\ntoken *** x\nno end: ***");
  const own = mask(box, ["--commands"], Buffer.from(`${KEY}\n::add-mask::${KEY}\n${KEY}\n`));
  assert.equal(own.stdout.toString(), `${KEY}\n***\n`);
});

test("pipes that do not block lose nothing", (t) => {
  const box = sandbox(t);
  const script = `
import fcntl, os, subprocess, sys, threading, time
(feed, out), (drain, into) = os.pipe(), os.pipe()
for end in (feed, into): fcntl.fcntl(end, fcntl.F_SETFL, fcntl.fcntl(end, fcntl.F_GETFL) | os.O_NONBLOCK)
job = subprocess.Popen(sys.argv[1:], stdin=feed, stdout=into)
os.close(feed); os.close(into)
data = b"".join(b"%d %s\\n" % (i, os.environb[b"KEY"]) for i in range(20000))
def write():
    with os.fdopen(out, "wb") as pipe:
        pipe.write(data[:300]); pipe.flush(); time.sleep(0.2); pipe.write(data[300:])
threading.Thread(target=write).start()
time.sleep(0.5)
with os.fdopen(drain, "rb") as pipe: got = pipe.read()
assert got == data.replace(os.environb[b"KEY"], b"***"), len(got)
sys.exit(job.wait())`;
  const command = [process.execPath, BIN, "mask", "--secrets-from", values(box, `A=${KEY}`)];
  const { status, stderr } = spawnSync("python3", ["-c", script, ...command], {
    env: { ...box.env, KEY },
    timeout: 60_000,
  });
  assert.deepEqual([status, stderr.toString()], [0, ""]);
});

test("interactive output passes at once, and a reader that goes away ends it", async (t) => {
  const box = sandbox(t);
  const child = spawn(process.execPath, [BIN, "mask", "--secrets-from", values(box, `A=${KEY}`)], {
    env: box.env,
  });
  t.after(() => child.kill("SIGKILL"));
  const next = (): Promise<string> =>
    new Promise((resolve) => child.stdout.once("data", (data: Buffer) => resolve(data.toString())));
  child.stdin.write("Name: ");
  assert.equal(await next(), "Name: ");
  child.stdin.write(`${KEY.slice(0, 20)}`);
  child.stdin.write(`${KEY.slice(20)}? `);
  assert.equal(await next(), "***? ");
  child.stdout.destroy();
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
  child.stdin.on("error", () => undefined);
  child.stdin.write("x".repeat(1_000_000));
  assert.equal(await ended, 141);
});

test("a run fails when its job wrote a value down, and names the place but not the value", (t) => {
  const box = sandbox(t);
  box.write("bulkhead.yaml", SMALL);
  assert.equal(box.bulkhead(["apply"]).code, 0);
  assert.equal(box.bulkhead(["secret", "put", "openai"], { input: KEY }).code, 0);
  const leak = 'mkdir -p out; echo "a $OPENAI_API_KEY" | base64 -w 20 > out/log.txt';
  const run = (args: readonly string[], job: string) =>
    box.bulkhead(["run", "train", ...args, "--", "sh", "-c", job]);
  assert.equal(run([], "echo fine > fine.txt").code, 0);
  const failed = run([], leak);
  assert.equal(failed.code, 3);
  assert.match(failed.stderr, /wrote down what it was given: \n {2}openai in out\/log.txt, line 1\n/);
  assert.equal(failed.stderr.includes(KEY), false);
  assert.equal(run([], `${leak}; exit 7`).code, 7, "the job's own code stands");
  assert.equal(run(["--leaks", "warn"], leak).code, 0);
  assert.doesNotMatch(run(["--leaks", "off"], leak).stderr, /wrote down/);
  const output = join(box.project, "..", "github-output");
  writeFileSync(output, "");
  const step = spawnSync(
    process.execPath,
    [
      BIN,
      "run",
      "train",
      "--preserve-env",
      "GITHUB_OUTPUT",
      "--isolation=0",
      "--",
      "sh",
      "-c",
      'echo "key=$OPENAI_API_KEY" >> "$GITHUB_OUTPUT"; echo "$OPENAI_API_KEY"; echo "::add-mask::late-value-1"; echo late-value-1',
    ],
    {
      cwd: box.project,
      env: { ...box.env, GITHUB_ACTIONS: "true", GITHUB_OUTPUT: output },
    },
  );
  assert.ok(existsSync(output));
  assert.equal(step.status, 3, step.stderr.toString());
  assert.match(step.stderr.toString(), /openai in GITHUB_OUTPUT, line 1/);
  assert.match(
    step.stderr.toString(),
    new RegExp(`^::add-mask::${KEY}$`, "m"),
    "the CI's own masker is told",
  );
  assert.equal(step.stdout.toString(), "***\n::add-mask::late-value-1\n***\n");
});
