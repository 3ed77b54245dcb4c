/** What `npm start` runs, as a child process: its figures, what changes them, and that nothing of it is left behind. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fake } from "../../test/support/fake.ts";
import { long } from "../../test/support/scale.ts";
import { withoutKeys } from "./acts.ts";
import { type Figures, foreign, shortcomings } from "./figures.ts";
import { STAGE_KEYS, STAGES } from "./workspace.ts";

const main = join(import.meta.dirname, "main.ts");
const examples = join(import.meta.dirname, "..");

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Summary = Figures & { readonly problems: string[]; readonly root: string };

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "demo-test-"));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** `interrupt` may end the demonstration by what it has said so far. */
async function demo(
  temp: string,
  args: readonly string[],
  interrupt?: (said: string) => boolean,
): Promise<Outcome> {
  const env = { PATH: process.env.PATH ?? "", HOME: temp, TMPDIR: temp };
  const child = spawn(process.execPath, [main, ...args], {
    env,
    cwd: temp,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let interrupted = false;
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (interrupted || interrupt?.(stdout) !== true) return;
    interrupted = true;
    child.kill("SIGINT");
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  return { code, stdout, stderr };
}

/** Null where this machine cannot isolate; the demonstration must then have said so. */
async function figuresOf(t: TestContext, args: readonly string[]): Promise<Summary | null> {
  const temp = temporaryFolder(t);
  const { code, stdout, stderr } = await demo(temp, ["--json", ...args]);
  assert.equal(stderr, "");
  assert.equal(code, 0);
  const summary = JSON.parse(stdout) as Summary;
  assert.deepEqual(readdirSync(temp), [], "nothing is left behind");
  if (summary.audit.runs.every(({ isolation }) => isolation === "processes and files")) return summary;
  assert.ok(summary.problems.some((problem) => problem.includes("this machine allowed no more")));
  t.skip("no isolation on this machine");
  return null;
}

const changed = (): string =>
  execFileSync("git", ["status", "--porcelain", "--ignored", "--", "demo", "fraud-detector", "services"], {
    cwd: examples,
    encoding: "utf8",
  });

test("every figure is as it should be, and the repository stays clean", async (t) => {
  const before = changed();
  const summary = await figuresOf(t, []);
  if (summary === null) return;
  assert.deepEqual(summary.problems, []);
  assert.equal(summary.attack?.hauls.length, 7);
  assert.equal(summary.keys, 17);
  for (const one of summary.today) {
    assert.equal(one.taken.length, 17, one.stage);
    assert.equal(one.home.length, 4);
  }
  assert.deepEqual(
    summary.today.flatMap(({ logged }) => logged),
    ["OPENAI_API_KEY"],
  );
  assert.deepEqual(
    summary.withBulkhead.map(({ stage, taken }) => [stage, [...taken].sort()]),
    STAGES.map((stage) => [stage, [...STAGE_KEYS[stage]].sort()]),
  );
  for (const one of summary.withBulkhead) {
    assert.ok(one.reported, `the thief was in ${one.stage}`);
    assert.deepEqual([one.logged, one.store, one.exit], [[], [], 0]);
    assert.deepEqual(one.home, []);
  }
  assert.deepEqual(summary.imported, { stored: 17, leftInEnv: [] });
  assert.equal(new Set(summary.filesBefore.flatMap(({ keys }) => keys)).size, 17);
  assert.deepEqual(summary.filesAfter, [{ path: "fraud-detector/explore.ipynb", keys: ["OPENAI_API_KEY"] }]);
  const { during, after, alive, taken } = summary.token;
  assert.deepEqual(during.read, ["huggingface", "wandb"]);
  assert.deepEqual([during.refused.length, after.read.length, after.refused.length], [14, 0, 16]);
  assert.deepEqual([alive, taken], [0, []]);
  assert.deepEqual(
    summary.scan.map(({ path, within, stored }) => [path, within, stored]),
    [["explore.ipynb", "cell 4, output 1", "openai (dev)"]],
  );
  const { runs, issued, revoked, verified } = summary.audit;
  assert.deepEqual([issued, revoked, verified], [5, 5, true]);
  assert.deepEqual(
    runs.map(({ stage, reads, masks, refused }) => [stage, [...new Set(reads)], masks, refused]),
    [
      ["ingest", ["features"], 0, 0],
      ["train", ["huggingface", "wandb"], 0, 0],
      ["evaluate", ["huggingface", "wandb"], 0, 0],
      ["serve", ["openai"], 2, 0],
      ["train", ["huggingface", "wandb"], 0, 14],
    ],
  );
  const { record, ...leak } = summary.leak;
  assert.deepEqual(leak, { before: 200, after: 401, exit: 0, done: 2, left: 3 });
  assert.deepEqual(
    record.map((name) => name.replace(/^incident-[0-9a-f]{32}/, "")),
    [".json", ".md", ".pub"],
  );
  assert.equal(changed(), before, "the repository is as it was");
});

/** The key above the project, below, stands for it in short. */
const plantedInside = async (t: TestContext): Promise<void> => {
  const summary = await figuresOf(t, ["--no-attack", "--plant", "env"]);
  if (summary === null) return;
  assert.equal(summary.keys, 18);
  for (const one of summary.today) assert.equal(one.taken.length, 18);
  assert.equal(summary.imported.stored, 18);
  assert.equal(summary.token.during.refused.length, 15);
  for (const one of summary.withBulkhead) assert.deepEqual(foreign(one), []);
  assert.deepEqual(summary.problems, []);
};
if (long)
  test("one more key in .env is stolen today, imported, and out of reach with Bulkhead", plantedInside);

test("one more key where Bulkhead does not look is counted as stolen with Bulkhead too", async (t) => {
  const summary = await figuresOf(t, ["--no-attack", "--plant", "above"]);
  if (summary === null) return;
  assert.equal(summary.attack, null);
  for (const one of summary.today) assert.equal(one.taken.length, 18);
  for (const one of summary.withBulkhead) assert.deepEqual(foreign(one), ["GROQ_API_KEY"]);
  assert.equal(summary.imported.stored, 17);
  assert.ok(summary.problems.includes("GROQ_API_KEY can still be read in .env"));
  assert.ok(
    summary.problems.includes("the hostile import in serve took keys that are not the stage's: GROQ_API_KEY"),
  );
});

test("--keep leaves a server and a project that work, and one signal removes both", async (t) => {
  const temp = temporaryFolder(t);
  const { code, stdout, stderr } = await demo(temp, ["--keep", "--no-attack"]);
  assert.equal(stderr, "");
  assert.equal(code, 0);
  const pid = Number(/`kill (\d+)`/.exec(stdout)?.[1]);
  assert.ok(pid > 1, stdout);
  let over = false;
  t.after(() => {
    if (!over) process.kill(pid, "SIGTERM");
  });
  const live =
    /sk-(proj|ant)-[\w-]{20}|hf_\w{20}|AKIA[A-Z2-7]{16}|pcsk_\w{8}|r8_\w{20}|hvs\.\w{8}|\b[0-9a-f]{40}\b/;
  assert.match(fake("hf_", 34), live);
  assert.doesNotMatch(stdout, live, "the page shows no key");
  assert.ok(!stdout.includes("\u001b"), "no colours in a pipe");
  assert.match(stdout, /Done in \d+ s\.\n$/);
  const address = /a server at (http:\S+),/.exec(stdout)?.[1] ?? "";
  const [folder = ""] = readdirSync(temp);
  const bulkhead = join(temp, folder, "bulkhead");
  const run = (...args: string[]): string =>
    execFileSync(bulkhead, args, { cwd: "/", encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  assert.match(run("run", "evaluate"), /^evaluate: auc/);
  assert.match(run("audit", "tail"), /secret\/data\/fraud-detector\/dev\/wandb/);
  const token = run("token", "create", "--orphan", "--ttl", "1m").trim();
  const answer = await fetch(`${address}/v1/secret/metadata/fraud-detector/dev?list=true`, {
    headers: { "x-vault-token": token },
  });
  const { data } = (await answer.json()) as { data: { keys: string[] } };
  assert.equal(data.keys.length, 17);
  process.kill(pid, "SIGTERM");
  over = true;
  for (let waited = 0; existsSync(join(temp, folder)) && waited < 300; waited++) await sleep(50);
  assert.deepEqual(readdirSync(temp), []);
  await assert.rejects(fetch(`${address}/v1/sys/health`), "the server is gone");
});

test("interrupted at any act, everything is removed", async (t) => {
  for (const act of ["4  run", ...(long ? ["1  today", "5  revoke", "8  attack"] : [])]) {
    const temp = temporaryFolder(t);
    const { code, stdout, stderr } = await demo(temp, [], (said) => said.includes(act));
    assert.equal(code, 130, `${act}: ${stdout}${stderr}`);
    assert.equal(stderr, "demo: interrupted; everything was removed\n");
    assert.deepEqual(readdirSync(temp), [], act);
  }
});

test("options that are wrong say what is right", async (t) => {
  const temp = temporaryFolder(t);
  assert.match((await demo(temp, ["--help"])).stdout, /--keep/);
  for (const args of [["--plant", "x"], ["--what"], ["more"]]) {
    const { code, stdout, stderr } = await demo(temp, args);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^demo: .*\n\nnpm start \[-- OPTIONS\]/);
  }
});

test("what does not hold is said", () => {
  const good = JSON.parse(
    readFileSync(join(import.meta.dirname, "fixtures", "figures.json"), "utf8"),
  ) as Figures;
  assert.deepEqual(shortcomings(good), []);
  const [first, ...rest] = good.withBulkhead;
  assert.ok(first !== undefined);
  const stage = (change: Partial<typeof first>): Partial<Figures> => ({
    withBulkhead: [{ ...first, ...change }, ...rest],
  });
  const token = (change: Partial<Figures["token"]>): Partial<Figures> => ({
    token: { ...good.token, ...change },
  });
  const audit = (change: Partial<Figures["audit"]>): Partial<Figures> => ({
    audit: { ...good.audit, ...change },
  });
  const leak = (change: Partial<Figures["leak"]>): Partial<Figures> => ({
    leak: { ...good.leak, ...change },
  });
  const nothing = { read: [], refused: [] };
  const cases: readonly (readonly [Partial<Figures>, RegExp])[] = [
    [stage({ exit: 1 }), /^ingest \(with Bulkhead\) ended with 1$/],
    [stage({ exit: null }), /ended with a signal$/],
    [stage({ reported: false }), /^nothing was heard of the hostile import in ingest \(with Bulkhead\)/],
    [stage({ taken: ["FEATURES_TOKEN", "HF_TOKEN"] }), /not the stage's: HF_TOKEN$/],
    [stage({ store: ["a", "b", "c", "d"] }), /reached Bulkhead's own: a, b, c and 1 more$/],
    [
      stage({ store: ["the seal key"] }),
      /own: the seal key; whoever has both key and database opens the whole store$/,
    ],
    [stage({ logged: ["FEATURES_TOKEN"] }), /^what ingest wrote shows FEATURES_TOKEN$/],
    [{ imported: { stored: 16, leftInEnv: ["HF_TOKEN"] } }, /^still in \.env: HF_TOKEN$/],
    [
      { filesAfter: [{ path: "store/store.db", keys: ["HF_TOKEN"] }] },
      /^HF_TOKEN can still be read in store\/store\.db$/,
    ],
    [{ scan: [] }, /^the leaked key was not found and recognised$/],
    [{ scan: good.scan.map((one) => ({ ...one, stored: null })) }, /^the leaked key was not found/],
    [token({ during: nothing }), /could not be tried while it was alive$/],
    [token({ after: { read: ["wandb"], refused: [] } }), /still reads wandb after its job$/],
    [token({ taken: ["your token"] }), /^tokens in the sink: your token$/],
    [token({ reported: false }), /^tokens in the sink: unknown$/],
    [token({ alive: 1 }), /^1 tokens of stages are still alive$/],
    [audit({ revoked: 4 }), /^5 tokens were issued and 4 revoked$/],
    [audit({ issued: 0, revoked: 0 }), /^0 tokens were issued/],
    [{ attack: { hauls: [], unexpected: ["bare: 12 variables, not 13"] } }, /^the replayed attack: bare: 12/],
    [leak({ after: 200 }), /leaked key with 200 before its rotation and 200 after$/],
    [leak({ exit: 1 }), /^serve ended with 1 on the new key$/],
    [leak({ record: [] }), /record is not whole: no file$/],
    [audit({ verified: false }), /^the audit log does not verify$/],
    [
      audit({ runs: good.audit.runs.slice(0, 1).map((one) => ({ ...one, isolation: "none" })) }),
      /isolation "none"/,
    ],
  ];
  for (const [change, expected] of cases) {
    const said = shortcomings({ ...good, ...change });
    assert.ok(
      said.some((sentence) => expected.test(sentence)),
      `${expected}: ${said.join("; ")}`,
    );
  }
});

test("a line of a log is shown without the key in it", () => {
  const key = fake("sk-proj-", 60);
  const secrets = new Map([["KEY", key]]);
  assert.equal(withoutKeys(`using key ${key}.`, secrets), "using key sk-proj-….");
  assert.equal(withoutKeys("using key ***", secrets), "using key ***");
  const encoded = `headers: ${Buffer.from(`serve:${key}`).toString("base64")}`;
  assert.ok(!withoutKeys(encoded, secrets).includes(encoded.slice(20)));
});
