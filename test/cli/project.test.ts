/** init, plan, apply and run over the local store: what is written, what a job gets, and every way in which a run ends. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { BIN, SMALL, type Sandbox, sandbox } from "./support.ts";

/** The small project, applied, with a value for openai in dev. */
function prepared(box: Sandbox): string {
  const value = fake("sk-proj-", 60);
  box.write("bulkhead.yaml", SMALL);
  box.write("train.sh", 'echo "epochs $EPOCHS in $PWD"\n');
  assert.equal(box.bulkhead(["apply"]).code, 0);
  assert.equal(box.bulkhead(["secret", "put", "openai"], { input: value }).code, 0);
  return value;
}

test("init writes once, plan and apply agree, and a second apply changes nothing", (t) => {
  const { bulkhead, json, project, write } = sandbox(t);
  write("train.py", 'import os\nkey = os.environ["OPENAI_API_KEY"]\n');
  assert.match(bulkhead(["init", "--stdout"]).stdout, /^project: project$/m);
  assert.ok(!existsSync(join(project, "bulkhead.yaml")));
  assert.equal(bulkhead(["init"]).code, 0);
  const text = readFileSync(join(project, "bulkhead.yaml"), "utf8");
  assert.match(text, /OPENAI_API_KEY/);
  const again = bulkhead(["init"]);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /bulkhead.yaml exists already[\s\S]*--force/);
  assert.equal(bulkhead(["init", "--force"]).code, 0);

  const planned = json<{ upToDate: boolean; writes: { action: string }[] }>(["plan"]);
  assert.equal(planned.upToDate, false);
  assert.equal(bulkhead(["apply", "--dry-run"]).code, 0);
  assert.equal(json<{ upToDate: boolean }>(["plan"]).upToDate, false, "a dry run changed nothing");
  assert.equal(json<{ changed: boolean }>(["apply"]).changed, true);
  assert.equal(json<{ upToDate: boolean }>(["plan"]).upToDate, true);
  assert.equal(json<{ changed: boolean }>(["apply"]).changed, false);
  assert.ok(bulkhead(["policy", "list"]).stdout.includes("project.train.dev\n"));
});

test("a declaration with mistakes is refused with every line, and a refused plan exits with 3", (t) => {
  const { bulkhead, write } = sandbox(t);
  write("bulkhead.yaml", "project: demo\nstagse: {}\nstages:\n\ttrain: {}\n");
  for (const args of [["plan"], ["apply"], ["run", "train"], ["secret", "list"]]) {
    const { code, stderr } = bulkhead(args);
    assert.equal(code, 2, args[0]);
    assert.match(stderr, /bulkhead.yaml:\d+:\d+: /);
  }
  write(
    "bulkhead.yaml",
    "project: demo\nstages:\n  a: { run: 'true', use: [openai] }\n  b: { run: 'true', use: [openai] }\n",
  );
  assert.equal(bulkhead(["plan", "--exit-code"]).code, 3);
  assert.equal(bulkhead(["plan"]).code, 0, "the plan itself could be made");
  const refused = bulkhead(["apply"]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /apply is refused[\s\S]*openai is used by a and b/);
});

test("a job gets its stage's variables and nothing of the caller's", (t) => {
  const box = sandbox(t);
  const value = prepared(box);
  const env = { ANTHROPIC_API_KEY: fake("sk-ant-", 40), KEEP_ME: "yes", BULKHEAD_TOKEN_X: "no" };
  const script = 'printf %s "$OPENAI_API_KEY" | sha256sum; env';
  const { code, stdout, stderr } = box.bulkhead(
    ["run", "--stage", "train", "--preserve-env", "KEEP_ME,OTHER", "--", "sh", "-c", script],
    { env },
  );
  const digest = execFileSync("sha256sum", { input: value, encoding: "utf8" }).slice(0, 64);
  assert.ok(stdout.startsWith(digest), "the job has the very value");
  assert.ok(stdout.includes("OPENAI_API_KEY=***") && !stdout.includes(value), "and what it writes is masked");
  assert.equal(code, 0, "which does not change the job's own code");
  assert.match(stderr, /masked in what the job wrote: openai \(1×\)/);
  assert.match(stdout, /^EPOCHS=3$/m);
  assert.match(stdout, /^KEEP_ME=yes$/m);
  assert.doesNotMatch(stdout, /ANTHROPIC|BULKHEAD_TOKEN|BULKHEAD_HOME/);
});

test("the stage's own command runs in the declaration's folder, another one where you stand", (t) => {
  const box = sandbox(t);
  prepared(box);
  const below = join(box.project, "below");
  box.write("below/x", "");
  assert.equal(box.bulkhead(["run", "train"], { cwd: below }).stdout, `epochs 3 in ${box.project}\n`);
  assert.equal(box.bulkhead(["run", "train", "--", "pwd"], { cwd: below }).stdout, `${below}\n`);
});

test("the exit code is the job's own; 125, 126 and 127 where it did not start", (t) => {
  const box = sandbox(t);
  const { bulkhead, write } = box;
  prepared(box);
  write("plain.txt", "no program\n");
  const run = (...command: string[]): number | null => bulkhead(["run", "train", "--", ...command]).code;
  for (const code of [0, 1, 2, 3, 77, 255]) assert.equal(run("sh", "-c", `exit ${code}`), code);
  assert.equal(run("sh", "-c", "kill -TERM $$"), 143);
  assert.equal(run("no-such-program"), 127);
  assert.equal(run("./plain.txt"), 126);
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["run"], 2, /which stage\? bulkhead.yaml has train, store/],
    [["run", "trian"], 2, /no stage `trian`[\s\S]*did you mean train\?/],
    [["run", "train", "--env", "dve"], 2, /no environment `dve`[\s\S]*did you mean dev\?/],
    [["run", "train", "--stage", "store"], 2, /two different stages/],
    [["run", "store"], 125, /aws has no value in dev[\s\S]*bulkhead secret put aws --env dev/],
    [["run", "train", "--env", "staging"], 125, /staging is for automated identities[\s\S]*--as-operator/],
    [["run", "train", "--env", "prod", "--as-operator"], 125, /openai has no value in prod/],
  ];
  for (const [args, code, says] of cases) {
    const done = bulkhead(args);
    assert.equal(done.code, code, args.join(" "));
    assert.match(done.stderr, says, args.join(" "));
  }
});

test("before apply a run says so; after a change it warns", (t) => {
  const box = sandbox(t);
  box.write("bulkhead.yaml", SMALL);
  box.write("train.sh", "exit 0\n");
  const early = box.bulkhead(["run", "train"]);
  assert.equal(early.code, 125);
  assert.match(early.stderr, /stage train has no role in dev yet[\s\S]*run `bulkhead apply`/);
  prepared(box);
  box.write("train.sh", "exit 0\n");
  assert.doesNotMatch(box.bulkhead(["run", "train"]).stderr, /changed since/);
  box.write("bulkhead.yaml", SMALL.replace("EPOCHS: 3", "EPOCHS: 4"));
  assert.match(box.bulkhead(["run", "train"]).stderr, /bulkhead.yaml changed since the last apply/);
});

test("what cannot be held to is refused, not downgraded", (t) => {
  const box = sandbox(t);
  prepared(box);
  box.write("bulkhead.yaml", SMALL.replace("set: { EPOCHS: 3 }", "broker: { OTHER_API_KEY: openai }"));
  assert.equal(box.bulkhead(["apply"]).code, 0);
  const { code, stderr } = box.bulkhead(["run", "train"]);
  assert.equal(code, 125);
  assert.match(stderr, /stages.train.broker.OTHER_API_KEY: this version has no broker/);
});

test("a dry run shows what a job would get, and starts and stores nothing", (t) => {
  const box = sandbox(t);
  box.write("bulkhead.yaml", SMALL);
  box.write(".env", "A=b\n");
  const { code, stdout } = box.bulkhead(["run", "train", "--dry-run", "--explain-env"], {
    env: { AWS_SECRET_ACCESS_KEY: "zzz-not-shown" },
  });
  assert.equal(code, 0);
  assert.match(stdout, /OPENAI_API_KEY +openai/);
  assert.match(stdout, /removed +AWS_SECRET_ACCESS_KEY/);
  assert.match(stdout, new RegExp(`hidden +${box.project}/.env`));
  assert.ok(!stdout.includes("zzz-not-shown"));
  assert.ok(!existsSync(box.store), "no store was made");
});

test("when the job is over its token is dead, the run recorded, the receipt written", (t) => {
  const box = sandbox(t);
  prepared(box);
  execFileSync("git", ["init", "-q", box.project]);
  const commit = [
    "-c",
    "user.name=A",
    "-c",
    "user.email=a@example.com",
    "commit",
    "-q",
    "--allow-empty",
    "-m",
    "x",
  ];
  execFileSync("git", ["-C", box.project, ...commit], { env: { ...box.env } });
  const head = execFileSync("git", ["-C", box.project, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();
  const { stderr } = box.bulkhead(["run", "train", "--verbose"]);
  const [, id = ""] = /run ([0-9a-f]{32}): isolation/.exec(stderr) ?? [];
  assert.match(stderr, /token revoked/);
  const [run] = box.json<{ id: string; state: string; exit_code: number; commit: string; actor: string }[]>([
    "runs",
  ]);
  assert.deepEqual([run?.id, run?.state, run?.exit_code, run?.commit], [id, "ended", 0, head]);
  const receipt = JSON.parse(readFileSync(join(box.store, "runs", `${id}.json`), "utf8")) as {
    payload: string;
  };
  const statement = JSON.parse(Buffer.from(receipt.payload, "base64").toString()) as {
    predicate: { revoked: boolean; commit: string };
  };
  assert.equal(statement.predicate.revoked, true);
  assert.equal(statement.predicate.commit, head);
  const entries = box.bulkhead(["audit", "tail", "-n", "100", "--json"]).stdout.trim().split("\n");
  const reads = entries.filter((line) => line.includes("secret/data/demo/dev/openai") && line.includes(id));
  assert.ok(reads.length >= 2, "the reading of the secret stands in the audit log with the run's id");
  assert.match(box.bulkhead(["revoke", "run", id]).stderr, /revoked 0 tokens/);
  assert.match(box.bulkhead(["revoke", "stage", "train"]).stderr, /revoked 0 tokens/);
  assert.equal(box.bulkhead(["revoke", "stage"]).code, 2);
});

test("SIGTERM reaches the job, and the token is revoked all the same", async (t) => {
  const box = sandbox(t);
  prepared(box);
  const args = [
    "run",
    "train",
    "--",
    "sh",
    "-c",
    "trap 'echo caught; exit 9' TERM; echo ready; while :; do sleep 0.1; done",
  ];
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: box.project,
    env: box.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  await new Promise<void>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (stdout.includes("ready")) resolve();
    });
  });
  child.kill("SIGTERM");
  const code = await new Promise((resolve) => child.once("close", resolve));
  assert.equal(code, 9);
  assert.match(stdout, /caught/);
  const [run] = box.json<{ state: string; exit_code: number }[]>(["runs"]);
  assert.deepEqual([run?.state, run?.exit_code], ["ended", 9]);
});

test("an isolated job sees neither the store nor the .env file", (t) => {
  const box = sandbox(t);
  prepared(box);
  box.write(".env", "SOMETHING=in-the-file\n");
  const look = ["--", "sh", "-c", `ls -A ${box.store}; cat .env; true`];
  const level = box
    .json<{ results: { name: string; state: string }[] }>(["doctor"])
    .results.find(({ name }) => name === "isolation");
  const open = box.bulkhead(["run", "train", "--isolation", "0", ...look]);
  assert.ok(
    open.stdout.includes("store.db") && open.stdout.includes("in-the-file"),
    "control: without a sandbox it does",
  );
  assert.match(open.stderr, /isolation: none/);
  const strict = box.bulkhead(["run", "train", "--isolation", "0", "--require-isolation", "2", ...look]);
  assert.equal(strict.code, 125);
  if (level?.state !== "ok") return t.skip("this machine has no user namespaces");
  const closed = box.bulkhead(["run", "train", ...look]);
  assert.equal(closed.stdout, "");
  assert.equal(closed.code, 0);
  assert.deepEqual(readdirSync(box.store).includes("store.db"), true);
  return undefined;
});

test("Bulkhead inside a job says that the store is not for jobs, and makes no other", (t) => {
  const box = sandbox(t);
  prepared(box);
  for (const command of [
    ["run", "train"],
    ["secret", "list"],
  ]) {
    const { code, stderr } = box.bulkhead(["run", "train", "--", process.execPath, BIN, ...command]);
    assert.ok(code === 1 || code === 125, stderr);
    assert.match(stderr, /this is a job of a run, and the store in .* is not for jobs/);
  }
  assert.ok(!existsSync(join(box.home, ".local")));
});
