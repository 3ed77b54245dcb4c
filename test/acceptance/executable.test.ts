/** The single executable: the same commands from one file, with threads, helpers and rules inside it, and nothing of the caller's Node options. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { noSandbox, users } from "../../src/run/fixtures/drive.ts";
import { fake } from "../support/fake.ts";

const folder = mkdtempSync(join(tmpdir(), "bulkhead-one-file-"));
const program = join(folder, "bulkhead");
const project = join(folder, "project");
const env = {
  PATH: "/usr/bin:/bin",
  HOME: join(folder, "home"),
  BULKHEAD_HOME: join(folder, "home", "store"),
  TMPDIR: folder,
};

const run = (args: readonly string[], more: { readonly input?: string; readonly env?: object } = {}) => {
  const { status, stdout, stderr } = spawnSync(program, [...args], {
    cwd: project,
    env: { ...env, ...more.env },
    input: more.input ?? "",
    encoding: "utf8",
    timeout: 120_000,
  });
  return { status, stdout, stderr };
};

before(() => {
  for (const path of [env.HOME, project]) mkdirSync(path);
  execFileSync(process.execPath, [join(import.meta.dirname, "..", "..", "tools", "executable.ts"), program]);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("one file does what the package does: store, run, exit codes", () => {
  assert.match(run(["--version"]).stdout, /^bulkhead \d+\.\d+\.\d+\n$/);
  writeFileSync(
    join(project, "bulkhead.yaml"),
    'project: demo\nenvironments: { dev: { people: true } }\nstages:\n  train: { run: "exit 7", use: [openai] }\n',
  );
  const value = fake("sk-proj-", 40);
  assert.equal(run(["apply"]).status, 0);
  assert.equal(run(["secret", "put", "openai"], { input: value }).status, 0);
  assert.equal(run(["secret", "get", "openai"]).stdout, value);
  assert.equal(run(["run", "train"]).status, 7);
  const said = run(["run", "train", "--", "sh", "-c", "echo key $OPENAI_API_KEY"]);
  assert.equal(said.stdout, "key ***\n", said.stderr);
});

const [caller] = users;
const skip = caller === undefined ? "no user" : noSandbox(caller);

test("a closed network and litmus have their helpers inside it", { skip }, () => {
  const flags = ["-v", "--isolation", "3", "--require-isolation", "3", "--allow-host", "api.example.com"];
  const closed = run(["run", "train", ...flags, "--", "sh", "-c", "echo $https_proxy"]);
  assert.match(closed.stderr, /isolation 3 \(/);
  assert.match(closed.stdout, /^http:\/\/127\.0\.0\.1:\d+\n$/);
  const { stdout, stderr } = run(["litmus", "train", "--no-network", "--json"]);
  const seen = JSON.parse(stdout || "{}") as { run?: { isolation: { level: number } } };
  assert.equal(seen.run?.isolation.level, 2, stderr);
});

test("as process 1 it hands on the code and clears away what the job leaves behind", { skip }, () => {
  const alone = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const dead = "grep -lE '^[0-9]+ [(].*[)] Z' /proc/[0-9]*/stat | wc -l";
  const job = `(sleep 0.1 &); sleep 1; echo dead $(${dead}); exit 6`;
  const words = ["run", "train", "--isolation", "0", "--no-tripwire", "--", "sh", "-c", job];
  const first = (args: readonly string[]) =>
    spawnSync("unshare", [...alone, "--pid", "--fork", "--mount-proc", ...args], {
      ...{ cwd: project, env, encoding: "utf8", timeout: 120_000 },
    } as const);
  const { status, stdout, stderr } = first([program, ...words]);
  assert.deepEqual([status, stdout], [6, "dead 0\n"], stderr);
  const deaf =
    "setTimeout(() => {}, 2_000); require('child_process').spawn('sh', ['-c', process.argv[1]], { stdio: 'inherit' })";
  assert.equal(
    first([process.execPath, "-e", deaf, job]).stdout,
    "dead 1\n",
    "the search finds one where nobody clears",
  );
});

test("a helper that was not built in does not start", () => {
  assert.notEqual(run(["@helper", "main"]).status, 0);
});

test("threads, rules and providers are inside it", () => {
  const tree = join(folder, "tree");
  mkdirSync(tree);
  for (let n = 0; n < 1_200; n++) writeFileSync(join(tree, `${n}.py`), `x = ${n}\n`);
  writeFileSync(join(tree, "700.py"), `token = "${fake("hf_", 34)}"\n`);
  const { status, stdout } = run(["scan", tree, "--no-identify", "--threads", "2", "--format", "json"]);
  assert.equal(status, 3);
  assert.match(stdout, /700\.py/);
  assert.match(run(["providers"]).stdout, /openai/);
});

test("the caller's Node options do not reach it", () => {
  const mark = join(folder, "loaded");
  const hook = join(folder, "hook.cjs");
  writeFileSync(hook, `require("node:fs").writeFileSync(${JSON.stringify(mark)}, "");`);
  assert.equal(run(["status"], { env: { NODE_OPTIONS: `--require ${hook}` } }).status, 0);
  assert.ok(!existsSync(mark));
  spawnSync(process.execPath, ["-e", "0"], { env: { ...env, NODE_OPTIONS: `--require ${hook}` } });
  assert.ok(existsSync(mark), "the hook works elsewhere");
});
