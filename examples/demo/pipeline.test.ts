/** The pipeline as teams run it today, in a temporary copy: it works, it fails readably, and its dependency takes everything. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { fake } from "../../test/support/fake.ts";
import { cleanEnv, readEnv, runIn, runStageToday } from "./today.ts";
import { git, prepareWorkspace, STAGE_KEYS, STAGES, type Workspace } from "./workspace.ts";
import { countStolen, startServices, type Services } from "../services/index.ts";

const source = join(import.meta.dirname, "..", "fraud-detector");

interface Scene {
  readonly workspace: Workspace;
  readonly services: Services;
}

async function scene(t: TestContext): Promise<Scene> {
  const workspace = prepareWorkspace(mkdtempSync(join(tmpdir(), "bulkhead-example-")));
  const services = await startServices({ keys: workspace.secrets });
  workspace.connect(services);
  t.after(async () => {
    await services.stop();
    rmSync(workspace.root, { recursive: true, force: true });
  });
  return { workspace, services };
}

const without = (env: Record<string, string>, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([key]) => key !== name));

test("today: four stages work, and one import takes every key", async (t) => {
  const { workspace, services } = await scene(t);
  const said: Record<string, string> = {};
  for (const stage of STAGES) {
    const { code, stdout, stderr } = await runStageToday(workspace, stage);
    assert.equal(code, 0, `${stage}: ${stderr}`);
    assert.equal(stderr, "");
    said[stage] = stdout;
  }
  assert.match(said.ingest ?? "", /^ingest: 400 transactions, \d+ of them fraud$/m);
  const [, auc = "0", base = "1"] = /auc ([\d.]+) \(base ([\d.]+)\)/.exec(said.evaluate ?? "") ?? [];
  assert.ok(Number(auc) > 0.75, `auc ${auc}`);
  assert.ok(Number(auc) > Number(base), "training improves on the base model");
  const key = workspace.secrets.get("OPENAI_API_KEY") ?? "";
  const log = Buffer.from(said.serve ?? "");
  assert.ok(log.includes(`using key ${key}`), "the debug line leaks");
  assert.ok(log.includes(Buffer.from(`serve:${key}`).toString("base64")), "and so does the header dump");
  assert.match(said.serve ?? "", /stands out by its amount/);
  assert.deepEqual(
    services.requests
      .filter(({ service }) => service !== "sink")
      .map(({ service, status }) => `${service} ${status}`),
    ["features 200", "huggingface 200", "wandb 200", "huggingface 200", "wandb 200", "openai 200"],
  );

  assert.deepEqual(
    services.sink.collections().map(({ stage }) => stage),
    STAGES.map((stage) => `${stage}.py`),
  );
  assert.deepEqual(countStolen(services.sink.bytes(), workspace.secrets), [...workspace.secrets.keys()]);
  assert.deepEqual(countStolen(services.sink.bytes(), workspace.homeSecrets), [
    ...workspace.homeSecrets.keys(),
  ]);
  const places = services.sink.collections().flatMap(({ tried }) => Object.keys(tried));
  assert.deepEqual([...new Set(places)].sort(), ["bulkhead", "dotenv", "environment", "home", "process"]);
  assert.equal(git(workspace, "status", "--porcelain"), "", "keys and results stay out of git");
});

test("without its key, or with a dead one, each stage ends with one readable line", async (t) => {
  const { workspace } = await scene(t);
  rmSync(join(workspace.project, "sink.json"));
  const env = { ...cleanEnv(workspace), ...readEnv(workspace) };
  for (const stage of STAGES) {
    for (const name of STAGE_KEYS[stage]) {
      const missing = await runIn(workspace, ["python3", `${stage}.py`], { env: without(env, name) });
      assert.equal(missing.code, 1);
      assert.match(missing.stderr, new RegExp(`^${stage}: ${name} is not set; .*\\n$`));
      const wrong = fake("wrong-", 30);
      const refused = await runIn(workspace, ["python3", `${stage}.py`], { env: { ...env, [name]: wrong } });
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, new RegExp(`^${stage}: ${name} was refused \\(401\\) by http.*\\n$`));
      assert.ok(!refused.stderr.includes(wrong), "the message holds no key");
    }
    assert.equal((await runIn(workspace, ["python3", `${stage}.py`], { env })).code, 0, stage);
  }
  const nowhere = { ...env, FEATURES_URL: "http://127.0.0.1:9" };
  assert.match(
    (await runIn(workspace, ["python3", "ingest.py"], { env: nowhere })).stderr,
    /^ingest: .* cannot be reached/,
  );
  rmSync(join(workspace.project, "artifacts"), { recursive: true });
  assert.match((await runIn(workspace, ["python3", "train.py"], { env })).stderr, /run ingest\.py first\n$/);
});

test("a scrubbed environment alone is no wall: parents, home and the store are read", async (t) => {
  if (!existsSync("/proc/self/environ")) return t.skip("no /proc on this machine");
  const { workspace, services } = await scene(t);
  const env = {
    ...cleanEnv(workspace),
    ...readEnv(workspace),
    BULKHEAD_HOME: join(workspace.root, "elsewhere"),
  };
  rmSync(join(workspace.project, ".env"));
  const planted = new Map([
    ["seal key", fake("", 44, "base64")],
    ["found through the parent", fake("", 44, "base64")],
  ]);
  for (const [folder, name] of [
    [workspace.store, "seal key"],
    [env.BULKHEAD_HOME, "found through the parent"],
  ] as const) {
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(join(folder, "seal.key"), planted.get(name) ?? "", { mode: 0o600 });
  }
  const foreign = new Map([["another process", fake("", 40)]]);
  const outside = mkdtempSync(join(tmpdir(), "outside-example-"));
  const other = spawn("sleep", ["60"], {
    cwd: outside,
    env: { PATH: process.env.PATH ?? "", KEY: foreign.get("another process") ?? "" },
    stdio: "ignore",
  });
  t.after(() => {
    other.kill("SIGKILL");
    rmSync(outside, { recursive: true, force: true });
  });
  await once(other, "spawn");
  const scrubbed = `env -i PATH="$PATH" HOME="$HOME" python3 -c 'import sys; sys.path.insert(0, "vendor/fastfeatures"); import fastfeatures'; true`;
  const { code, stderr } = await runIn(workspace, ["sh", "-c", scrubbed], { env });
  assert.equal(code, 0, stderr);
  assert.deepEqual(countStolen(services.sink.bytes(), workspace.secrets), [...workspace.secrets.keys()]);
  assert.deepEqual(countStolen(services.sink.bytes(), planted), [...planted.keys()]);
  assert.deepEqual(
    countStolen(services.sink.bytes(), foreign),
    [],
    "processes outside the folder are not read",
  );
  const own = services.sink.collections()[0]?.pieces.find(({ kind }) => kind === "environment");
  assert.deepEqual(countStolen(own?.bytes ?? Buffer.alloc(0), workspace.secrets), [], "its own was scrubbed");
});

test("the poisoned dependency keeps to its bounds", async (t) => {
  const { workspace, services } = await scene(t);
  const sinkFile = join(workspace.project, "sink.json");
  const plan = JSON.parse(readFileSync(sinkFile, "utf8")) as Record<string, unknown>;
  const env = { ...cleanEnv(workspace), ...readEnv(workspace) };
  const importIt = async (changes: Record<string, unknown>): Promise<string> => {
    writeFileSync(sinkFile, JSON.stringify({ ...plan, ...changes }));
    const { code, stderr } = await runIn(workspace, ["python3", "ingest.py"], { env });
    assert.equal(code, 0, "the stage goes on");
    return stderr;
  };
  const port = new URL(services.sinkUrl).port;
  for (const sink of [
    `http://192.0.2.7:${port}/collect`,
    `http://localhost:${port}/collect`,
    `http://127.0.0.1.example.com:${port}/collect`,
    `http://127.0.0.1@192.0.2.7:${port}/collect`,
    `https://127.0.0.1:${port}/collect`,
    `http://0.0.0.0:${port}/collect`,
    `http://127.0.0.1/collect`,
    "file:///etc/hosts",
    7,
  ])
    assert.match(await importIt({ sink }), /not a loopback address; nothing was read/, String(sink));
  for (const within of ["/", tmpdir(), workspace.home, mkdtempSync(join(workspace.root, "bulkhead-other-"))])
    assert.match(await importIt({ within }), /not of a demonstration; nothing was read/, within);
  assert.equal(services.sink.bytes().length, 0, "nothing was sent");

  const outside = mkdtempSync(join(tmpdir(), "outside-example-"));
  t.after(() => rmSync(outside, { recursive: true, force: true }));
  const foreign = new Map([["outside", fake("", 40)]]);
  writeFileSync(join(outside, "key"), foreign.get("outside") ?? "");
  mkdirSync(join(outside, ".aws"));
  writeFileSync(join(outside, ".aws", "credentials"), foreign.get("outside") ?? "");
  env.HOME = outside;
  assert.equal(await importIt({ also: [outside, join(outside, "key"), workspace.store, 3] }), "");
  assert.equal(services.sink.collections().length, 1, "with its own sink it does send");
  assert.deepEqual(countStolen(services.sink.bytes(), workspace.secrets), [...workspace.secrets.keys()]);
  assert.deepEqual(countStolen(services.sink.bytes(), foreign), [], "nothing outside the folder is read");
  services.sink.reset();

  mkdirSync(workspace.store);
  for (let i = 0; i < 12; i++) writeFileSync(join(workspace.store, `big${i}`), "x".repeat(300_000));
  await importIt({});
  const size = services.sink.bytes().length;
  assert.ok(size > 1_000_000 && size < 2_200_000, `bounded: ${size}`);
});

test("the committed sample holds marks, and its copy 17 keys", (t) => {
  const workspace = prepareWorkspace(mkdtempSync(join(tmpdir(), "bulkhead-example-")));
  t.after(() => rmSync(workspace.root, { recursive: true, force: true }));
  assert.equal(workspace.secrets.size, 17);
  assert.equal(new Set(workspace.secrets.values()).size, 17);
  const openai = workspace.secrets.get("OPENAI_API_KEY") ?? "";
  assert.match(openai, /^sk-proj-\w{74}T3BlbkFJ\w{74}$/);
  const notebook = readFileSync(join(workspace.project, "explore.ipynb"), "utf8");
  assert.ok(notebook.includes(`using key ${openai}`), "the notebook leaks the very key");
  assert.ok(Array.isArray((JSON.parse(notebook) as { cells: unknown }).cells));
  const committed = git(workspace, "ls-files").trim().split("\n");
  assert.ok(committed.includes(".github/workflows/train.yml") && committed.includes("requirements.txt"));
  assert.ok(!committed.includes(".env") && !committed.includes("bulkhead.yaml"));
  assert.ok(!readFileSync(join(workspace.project, ".env"), "utf8").includes("@@"));
  assert.throws(() => prepareWorkspace(workspace.home), /must start with bulkhead-/);

  const live = /sk-(proj|ant)-[\w-]{20}|hf_\w{20}|AKIA[A-Z2-7]{16}|pcsk_\w{5}|r8_\w{20}|\b[0-9a-f]{32,}\b/;
  const looksLive = (folder: string): string[] =>
    globSync("**/*.{py,sample,ipynb,yml,yaml,md,txt,csv}", { cwd: folder }).filter((file) =>
      live.test(readFileSync(join(folder, file), "utf8")),
    );
  assert.deepEqual(looksLive(source), []);
  assert.deepEqual(looksLive(workspace.project), ["explore.ipynb"], "the expanded copy is the control");
  assert.ok(!existsSync(join(source, "artifacts")) && !existsSync(join(source, ".env")));
});

test("the transactions can be made again from their seed", () => {
  const script = join(source, "data", "make_transactions.py");
  const made = execFileSync("python3", [script], { encoding: "utf8", env: { PATH: process.env.PATH ?? "" } });
  assert.equal(made, readFileSync(join(source, "data", "transactions.csv"), "utf8"));
});
