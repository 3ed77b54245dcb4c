/** How the commands speak: help, errors, exit codes, colour, broken pipes, and what they never print. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { commands } from "../../src/cli/commands/index.ts";
import { fake } from "../support/fake.ts";
import { BIN, sandbox } from "./support.ts";

test("every command has help with usage, flags and examples", async (t) => {
  const { bulkhead } = sandbox(t);
  for (const { name, load } of commands) {
    const { default: command } = await load();
    assert.ok(command.examples.length > 0, `${name} has an example`);
    for (const { line } of command.examples) assert.ok(line.includes("bulkhead "), `${name}: ${line}`);
  }
  for (const name of ["run", "secret put", "runs", "revoke run", "server"]) {
    const { code, stdout, stderr } = bulkhead([...name.split(" "), "--help"]);
    assert.equal(code, 0, name);
    assert.match(
      stdout,
      new RegExp(`USAGE\n {2}bulkhead ${name}[\\s\\S]*FLAGS[\\s\\S]*--debug[\\s\\S]*EXAMPLES`),
    );
    assert.equal(stderr, "");
  }
  assert.match(bulkhead(["help", "secret", "get"]).stdout, /USAGE\n {2}bulkhead secret get NAME/);
  assert.match(bulkhead(["run", "-h"]).stdout, /EXIT CODES[\s\S]*127/);
});

test("the overview names every command, a group only its own", (t) => {
  const { bulkhead } = sandbox(t);
  for (const args of [[], ["help"], ["--help"]]) {
    const { code, stdout } = bulkhead(args);
    assert.equal(code, 0);
    for (const { name } of commands) assert.ok(stdout.includes(`  ${name} `), name);
  }
  const group = bulkhead(["secret"]);
  assert.ok(group.stdout.includes("secret put") && !group.stdout.includes("policy list"));
});

test("the version comes at once and alone", (t) => {
  const { bulkhead, json } = sandbox(t);
  for (const args of [["--version"], ["-V"], ["version"]])
    assert.deepEqual(bulkhead(args), { code: 0, stdout: "bulkhead 0.1.0\n", stderr: "" });
  assert.equal(json<{ version: string }>(["version"]).version, "0.1.0");
});

const refusals: readonly (readonly [readonly string[], RegExp, RegExp])[] = [
  [["scna"], /`scna` is not a command/, /did you mean `bulkhead scan`\?/],
  [["secret", "putt"], /`secret putt` is not a command/, /did you mean `bulkhead secret put`\?/],
  [["xyzzy"], /`xyzzy` is not a command/, /`bulkhead help` lists the commands/],
  [["help", "nothing"], /is not a command/, /bulkhead help/],
  [["scan", "--fromat", "json"], /no flag --fromat, did you mean --format\?/, /bulkhead scan --help/],
  [["scan", "--format", "xml"], /--format is one of text, json, jsonl, sarif/, /bulkhead scan --help/],
  [["scan", "--output"], /--output needs a value/, /--help/],
  [["runs", "--limit", "many"], /limit cannot be read/, /--help/],
  [["secret", "get"], /NAME is missing/, /secret get --help/],
  [["secret", "get", "a", "b"], /at most 1 may be given here/, /--help/],
  [["status", "surplus"], /no argument is expected here/, /--help/],
  [["status", "--", "x"], /nothing may follow `--` here/, /--help/],
  [["plan"], /no bulkhead.yaml in/, /run `bulkhead init`/],
  [["completion", "tcsh"], /SHELL is one of bash, zsh, fish/, /--help/],
  [["check", "nowhere"], /there is no folder nowhere/, /existing folder/],
  [["login"], /there is no server to log in to/, /the local store needs no login/],
];

test("wrong usage says what is wrong and what to do, with exit code 2", (t) => {
  const { bulkhead } = sandbox(t);
  for (const [args, error, hint] of refusals) {
    const { code, stdout, stderr } = bulkhead(args);
    assert.equal(code, 2, args.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, new RegExp(`^bulkhead: error: .*${error.source}`, "m"), args.join(" "));
    assert.match(stderr, new RegExp(`^bulkhead: hint: .*${hint.source}`, "m"), args.join(" "));
    assert.doesNotMatch(stderr, /\n {4}at /, "no trace");
  }
});

test("a trace comes with --debug only", (t) => {
  const { bulkhead } = sandbox(t);
  assert.match(bulkhead(["plan", "--debug"]).stderr, /\n {4}at /);
  assert.doesNotMatch(bulkhead(["plan"]).stderr, /\n {4}at /);
});

test("what looks like a value is not repeated", (t) => {
  const { bulkhead } = sandbox(t);
  const value = fake("sk-proj-", 60);
  for (const args of [
    ["secret", "put", "openai", value],
    ["secret", "put", `OPENAI_API_KEY=${value}`],
    ["secret", "put", value],
    ["secret", "get", value],
    ["secret", "get", "x", value],
    ["login", value],
    [value],
    ["secret", value],
    ["scan", `--${value}`],
    ["run", "--stage", "x", `--token=${value}`],
  ]) {
    const { code, stdout, stderr } = bulkhead(args);
    assert.equal(code, 2, args.join(" ").replace(value, "…"));
    assert.ok(!`${stdout}${stderr}`.includes(value.slice(0, 30)), args.join(" ").replace(value, "…"));
  }
  assert.match(bulkhead(["secret", "put", "openai", value]).stderr, /must not stand in the arguments/);
});

test("no colour in pipes, nor with NO_COLOR; forced by nothing", (t) => {
  const { bulkhead } = sandbox(t);
  for (const args of [["help"], ["plan"], ["doctor"], ["providers"]]) {
    const { stdout, stderr } = bulkhead(args, { env: { FORCE_COLOR: "1", TERM: "xterm-256color" } });
    assert.ok(!`${stdout}${stderr}`.includes("\u001b["), args[0]);
  }
});

test("a terminal gets colour, and NO_COLOR takes it away", (t) => {
  if (spawnSync("script", ["--version"]).status !== 0) return t.skip("no `script` to make a terminal");
  const { env, project } = sandbox(t);
  const onTerminal = (more: Record<string, string>): string =>
    spawnSync("script", ["-qec", `'${process.execPath}' '${BIN}' help`, "/dev/null"], {
      cwd: project,
      env: { ...env, TERM: "xterm-256color", ...more },
      encoding: "utf8",
      input: "",
    }).stdout;
  assert.ok(onTerminal({}).includes("\u001b[1m"), "control: bold headings");
  assert.ok(!onTerminal({ NO_COLOR: "1" }).includes("\u001b["));
  assert.ok(!onTerminal({ TERM: "dumb" }).includes("\u001b["));
  return undefined;
});

test("a reader that goes away is no error", async (t) => {
  const { env, project } = sandbox(t);
  const child = spawn(process.execPath, [BIN, "completion", "fish"], {
    cwd: project,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdout.destroy();
  const code = await new Promise((resolve) => child.once("close", resolve));
  assert.equal(code, 0);
  assert.equal(stderr, "");
});

test("the file starts by itself and through a link, without NODE_OPTIONS, debugger or core dumps", (t) => {
  const { root, env, project } = sandbox(t);
  const link = join(root, "bulkhead");
  symlinkSync(BIN, link);
  const options = {
    cwd: project,
    env: { ...env, NODE_OPTIONS: "--require=/nonexistent.js" },
    encoding: "utf8",
  } as const;
  const done = spawnSync(link, ["doctor", "--json"], options);
  const { results } = JSON.parse(done.stdout) as { results: { name: string; state: string; says: string }[] };
  assert.equal(results.find(({ name }) => name === "process")?.state, "ok");
  const bare = spawnSync(process.execPath, [BIN, "doctor", "--json"], { ...options, env });
  const worse = JSON.parse(bare.stdout) as { results: { name: string; says: string }[] };
  assert.match(
    worse.results.find(({ name }) => name === "process")?.says ?? "",
    /debugger signal/,
    "control",
  );
});

test("an older Node is told what to install", (t) => {
  const { root, env } = sandbox(t);
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "bin", "node"), "#!/bin/sh\necho v20.11.0\n");
  chmodSync(join(root, "bin", "node"), 0o755);
  for (const path of [`${join(root, "bin")}:/bin`, join(root, "empty")]) {
    const done = spawnSync("/bin/sh", [BIN, "status"], { env: { ...env, PATH: path }, encoding: "utf8" });
    assert.equal(done.status, 1);
    assert.match(
      done.stderr,
      /bulkhead: error: Node 24 or later is needed, and `node` here is (v20\.11\.0|missing)/,
    );
    assert.match(done.stderr, /bulkhead: hint: install it/);
  }
  const entry = readFileSync(BIN, "utf8")
    .replaceAll("process.versions.node", '"22.1.0"')
    .replaceAll("process.version}", '"v22.1.0"}');
  writeFileSync(join(root, "old.cjs"), entry);
  const direct = spawnSync(process.execPath, [join(root, "old.cjs"), "status"], { env, encoding: "utf8" });
  assert.equal(direct.status, 1);
  assert.match(direct.stderr, /Node 24 or later is needed, and this is v22/);
});

test("in a checkout, paths mean the caller's folder", (t) => {
  const { env, project, write } = sandbox(t);
  write("only-here.txt", "nothing to find\n");
  const root = join(BIN, "..", "..");
  const script = { INIT_CWD: project, npm_lifecycle_event: "bulkhead" };
  const args = [BIN, "scan", "--no-identify", "only-here.txt"];
  const run = (more: Record<string, string>): number | null =>
    spawnSync(process.execPath, args, { cwd: root, env: { ...env, ...more } }).status;
  assert.equal(run(script), 0);
  assert.equal(run({ INIT_CWD: project }), 1, "only as that script");
});

test("completion scripts hold every command and are sound shell", (t) => {
  const { bulkhead } = sandbox(t);
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, stdout } = bulkhead(["completion", shell]);
    assert.equal(code, 0);
    for (const { name } of commands)
      for (const word of name.split(" ")) assert.ok(stdout.includes(word), `${shell}: ${name}`);
    assert.ok(stdout.includes("sarif"), "choices of flags");
  }
  const script = `${bulkhead(["completion", "bash"]).stdout}
COMP_WORDS=(bulkhead secret pu); COMP_CWORD=2; _bulkhead; echo "\${COMPREPLY[@]}"
COMP_WORDS=(bulkhead scan --format s); COMP_CWORD=3; _bulkhead; echo "\${COMPREPLY[@]}"
COMP_WORDS=(bulkhead run --expl); COMP_CWORD=2; _bulkhead; echo "\${COMPREPLY[@]}"`;
  const done = spawnSync("bash", ["-c", script], { encoding: "utf8" });
  assert.equal(done.stdout, "put\nsarif\n--explain-env\n", done.stderr);
});
