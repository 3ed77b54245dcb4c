/** `bulkhead litmus`: each kind of credential is planted, found today and gone under run; what is shown to the job is still found. */
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:net";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import { fake } from "../support/fake.ts";
import { BIN, type Result, SMALL, type Sandbox, sandbox } from "./support.ts";

interface Item {
  readonly group: string;
  readonly name: string;
  readonly kind: string | null;
  readonly opens: string;
}
interface Column {
  readonly items: readonly Item[];
  readonly own: readonly Item[];
  readonly notes: readonly string[];
}
interface Found {
  readonly inside: string | null;
  readonly today: Column;
  readonly run:
    | (Column & { readonly network: string; readonly isolation: { readonly level: number } })
    | null;
  readonly refused: { readonly code: string } | null;
  readonly hooks: { readonly today: number };
  readonly next: { readonly text: string; readonly command?: string };
}

const NOBODY = 12_345;
const isRoot = process.getuid?.() === 0;
const users: readonly (number | null)[] = isRoot ? [null, NOBODY] : [null];
const canIsolate =
  spawnSync("unshare", ["--user", "--map-root-user", "--mount", "--pid", "--fork", "true"]).status === 0;
const skip = canIsolate ? false : "no user namespaces here";

/** Path in the home folder → what stands in it around the value. */
const FILES: Readonly<Record<string, (value: string) => string>> = {
  ".aws/credentials": (value) => `[default]\naws_secret_access_key = ${value}\n`,
  ".ssh/id_ed25519": (value) => value,
  ".kube/config": (value) => `token: ${value}\n`,
  ".netrc": (value) => `machine api.wandb.ai login user password ${value}\n`,
  ".docker/config.json": (value) => JSON.stringify({ auths: { "ghcr.io": { auth: value } } }),
  ".config/gcloud/application_default_credentials.json": (value) => JSON.stringify({ refresh_token: value }),
  ".azure/msal_token_cache.json": (value) => JSON.stringify({ secret: value }),
  ".pypirc": (value) => `[pypi]\npassword = ${value}\n`,
  ".npmrc": (value) => `//registry.npmjs.org/:_authToken=${value}\n`,
  ".git-credentials": (value) => `https://user:${value}@git.example.com\n`,
  ".config/gh/hosts.yml": (value) => `github.com:\n  oauth_token: ${value}\n`,
  ".kaggle/kaggle.json": (value) => JSON.stringify({ key: value }),
  ".databrickscfg": (value) => `[DEFAULT]\ntoken = ${value}\n`,
  ".cache/huggingface/token": (value) => value,
  ".vault-token": (value) => value,
  ".bash_history": (value) => `export X=${value}\n`,
  "actions-runner/.credentials": (value) => JSON.stringify({ data: value }),
};

interface Scene {
  readonly box: Sandbox;
  readonly values: readonly string[];
  /** `group name` of everything planted. */
  readonly planted: readonly string[];
  litmus(args?: readonly string[], more?: Readonly<Record<string, string>>): Promise<Result>;
  found(
    args?: readonly string[],
    more?: Readonly<Record<string, string>>,
  ): Promise<Found & { code: number | null }>;
}

async function plant(t: TestContext, uid: number | null): Promise<Scene> {
  const box = sandbox(t);
  const values: string[] = [];
  const value = (prefix = "", length = 36): string => {
    values.push(fake(prefix, length));
    return values.at(-1) ?? "";
  };
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { mode: 0o600 });
  };
  for (const [path, text] of Object.entries(FILES)) write(join(box.home, path), text(value()));
  write(
    join(box.home, ".gitconfig"),
    `[user]\n\tname = a\n[credential]\n\thelper = store\n[http "https://git.example.com/"]\n\textraheader = AUTHORIZATION: bearer ${value()}\n`,
  );
  write(join(box.project, ".env"), `WANDB_API_KEY=${value("", 40)}\n`);
  const agent = join(box.root, "agent.sock");
  const docker = join(box.root, "docker.sock");
  const heard: Buffer[] = [];
  for (const path of [agent, docker]) await listening(box, path, heard);
  const env = {
    ...box.env,
    GIT_CONFIG_GLOBAL: join(box.home, ".gitconfig"),
    OPENAI_API_KEY: value("sk-proj-", 60),
    INNOCENT: value("hf_", 34),
    GITHUB_TOKEN: value("ghs_"),
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: value(),
    RUNNER_TEMP: join(box.home, "actions-runner", "_work", "_temp"),
    SSH_AUTH_SOCK: agent,
    DOCKER_HOST: `unix://${docker}`,
  };
  mkdirSync(env.RUNNER_TEMP, { recursive: true });
  const own = uid === null ? {} : { uid, gid: uid };
  const put = spawnSync(process.execPath, [BIN, "secret", "put", "secret/team/key"], {
    cwd: box.project,
    env: box.env,
    input: value(),
    timeout: 60_000,
  });
  assert.equal(put.status, 0, String(put.stderr));
  if (uid !== null) execFileSync("chown", ["-R", `${uid}:${uid}`, box.root]);
  const parent = spawn("sleep", ["300"], {
    env: { PATH: "/usr/bin:/bin", OTHER_DEPLOY_TOKEN: value() },
    stdio: "ignore",
    ...own,
  });
  box.atEnd(() => parent.kill("SIGKILL"));
  box.atEnd(() => assert.equal(Buffer.concat(heard).length, 0, "nobody was asked anything"));
  const litmus = (args: readonly string[] = [], more: Readonly<Record<string, string>> = {}) =>
    started([BIN, "litmus", "--no-network", ...args], { cwd: box.project, env: { ...env, ...more }, ...own });
  const planted = [
    ...["OPENAI_API_KEY", "INNOCENT"].map((name) => `variables ${name}`),
    "environments OTHER_DEPLOY_TOKEN",
    ...(ptraceScope() === 0 || (isRoot && uid === null) ? ["memory sleep"] : []),
    ...[
      ...Object.keys(FILES).map(
        (path) =>
          `~/${/^(\.aws|\.ssh|\.kube|\.docker|\.config\/\w+|\.azure|\.kaggle)(?=\/)/.exec(path)?.[0] ?? path}`,
      ),
      "~/.gitconfig",
      join(box.project, ".env"),
    ]
      .filter((name) => !name.includes("actions-runner"))
      .map((name) => `files ${name}`),
    ...["store.db", "seal.key"].map((name) => `bulkhead ${join(box.store, name)}`),
    ...[agent, docker].map((path) => `agents ${path}`),
    "git credential.helper",
    "git http.https://git.example.com/.extraheader",
    ...["GITHUB_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "~/actions-runner/.credentials"].map(
      (name) => `ci ${name}`,
    ),
  ];
  return {
    box,
    values,
    planted,
    litmus,
    found: async (args = [], more = {}) => {
      const { code, stdout, stderr } = await litmus([...args, "--json"], more);
      assert.ok(stdout.startsWith("{"), stderr);
      return { ...(JSON.parse(stdout) as Found), code };
    },
  };
}

/** From 1 on a process may open the memory of its own children only. */
function ptraceScope(): number {
  try {
    return Number(readFileSync("/proc/sys/kernel/yama/ptrace_scope", "utf8"));
  } catch {
    return 0;
  }
}

/** Listens and keeps what it is told. */
async function listening(box: Sandbox, path: string, heard: Buffer[]): Promise<void> {
  const server: Server = createServer((socket) => {
    socket.on("data", (bytes) => heard.push(bytes)).on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  box.atEnd(() => new Promise((resolve) => server.close(resolve)));
}

type StartOptions = NonNullable<Parameters<typeof spawn>[2]>;
function started(args: readonly string[], options: StartOptions): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], {
      ...options,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 90_000,
    });
    let [stdout, stderr] = ["", ""];
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", reject).once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

const keys = (column: Column | null): string[] =>
  (column?.items ?? []).map(({ group, name }) => `${group} ${name}`);
const among = (planted: readonly string[], column: Column | null): string[] => {
  const there = new Set(keys(column));
  return planted.filter((one) => there.has(one));
};

for (const uid of users)
  test(`every kind is found today and gone under run at level 2, ${uid ?? "as this user"}`, {
    skip,
  }, async (t) => {
    const scene = await plant(t, uid);
    const { planted, values } = scene;
    const found = await scene.found(["--isolation", "2"]);
    assert.equal(found.run?.isolation.level, 2, JSON.stringify(found.run?.isolation));
    assert.deepEqual(among(planted, found.today), planted, "today");
    assert.deepEqual(among(planted, found.run), [], "under run");
    assert.equal(found.code, found.run?.items.length === 0 ? 0 : 3, keys(found.run).join("\n"));
    const aws = found.today.items.find(({ name }) => name === "~/.aws");
    assert.deepEqual([aws?.kind, aws?.opens.includes("cloud identity")], ["cloud", true]);

    const page = await scene.litmus(["--isolation", "2"]);
    assert.match(page.stdout, /~\/\.aws +gone +AWS keys/);
    assert.match(page.stdout, /under run \(level 2, network open\)/);
    const everything = `${page.stdout}${page.stderr}${JSON.stringify(found)}`;
    const shown = (text: string): number => values.filter((one) => text.includes(one.slice(4, 20))).length;
    assert.equal(shown(everything), 0, "no value is shown");
    assert.equal(shown(`${everything}${values.join(" ")}`), values.length, "the search itself works");

    const bare = await scene.found(["--today"]);
    assert.deepEqual([bare.code, bare.run], [3, null]);
    const open = await scene.found(["--isolation", "0"]);
    assert.equal(open.code, 3);
    const variables = ["variables ", "ci GITHUB", "ci ACTIONS"];
    assert.deepEqual(
      among(planted, open.run),
      planted.filter((one) => !variables.some((start) => one.startsWith(start))),
      "level 0 takes the variables away and nothing else: Bulkhead's own store lies open",
    );
    assert.ok(keys(open.run).includes("bulkhead bulkhead run"), "the run's own process too");
    assert.match(open.next.command ?? "", /--isolation 2/);
  });

test("level 1 hides processes and no file; what is exposed or preserved is found under run", {
  skip,
}, async (t) => {
  const scene = await plant(t, null);
  const one = await scene.found(["--isolation", "1"]);
  const left = among(scene.planted, one.run);
  assert.ok(!left.some((key) => /^(memory|environments|variables) /.test(key)), left.join("\n"));
  assert.ok(left.includes("files ~/.aws") && left.includes(`bulkhead ${join(scene.box.store, "seal.key")}`));
  const shown = await scene.found(["--expose", "~/.kaggle", "--preserve-env", "INNOCENT"]);
  assert.equal(shown.code, 3);
  assert.deepEqual(among(scene.planted, shown.run), ["variables INNOCENT", "files ~/.kaggle"]);
  assert.match(shown.next.text, /~\/\.kaggle can still be read.*--expose/);
  const own = await scene.litmus(["--expose", scene.box.store]);
  assert.equal(own.code, 2);
  assert.match(own.stderr, /never shown to a job/);
});

test("a stage: its own variable is its own, no store is opened, and a run that cannot start says why", {
  skip,
}, async (t) => {
  const box = sandbox(t);
  box.write("bulkhead.yaml", SMALL);
  const env = {
    ...box.env,
    OPENAI_API_KEY: fake("sk-proj-", 60),
    ANTHROPIC_API_KEY: fake("sk-ant-api03-", 80),
  };
  const look = async (...args: string[]) => {
    const { code, stdout, stderr } = await started([BIN, "litmus", "--no-network", "--json", ...args], {
      cwd: box.project,
      env,
    });
    assert.ok(stdout.startsWith("{"), stderr);
    return { ...(JSON.parse(stdout) as Found), code };
  };
  const train = await look("train");
  const names = (column: Column | null) =>
    column?.items.filter(({ group }) => group === "variables").map(({ name }) => name);
  assert.deepEqual(names(train.today), ["ANTHROPIC_API_KEY", "OPENAI_API_KEY"]);
  assert.deepEqual(names(train.run), []);
  assert.deepEqual(
    train.run?.own.map(({ name }) => name),
    ["OPENAI_API_KEY"],
  );
  assert.ok(!existsSync(box.store), "nothing was made or opened");
  const closed = await look("train", "--allow-host", "api.openai.com");
  assert.deepEqual([closed.run?.isolation.level, closed.run?.network], [3, "closed"]);
  const unknown = await started([BIN, "litmus", "trian"], { cwd: box.project, env });
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /did you mean train/);
  const refused = await look("train", "--allow-host", "api.openai.com", "--isolation", "2");
  assert.deepEqual([refused.code, refused.run, refused.refused?.code], [4, null, "run.isolation-too-low"]);
  assert.deepEqual(names(refused.today), ["ANTHROPIC_API_KEY", "OPENAI_API_KEY"]);
});

test("the CI's own: what lies between steps, a checkout's token, and whose runner it is", {
  skip,
}, async (t) => {
  const box = sandbox(t);
  const temp = join(box.root, "runner", "_temp");
  mkdirSync(temp, { recursive: true });
  const [left, checkout] = [fake("hf_", 34), fake("ghs_", 36)];
  execFileSync("git", ["init", "-q", box.project]);
  execFileSync("git", [
    "-C",
    box.project,
    "config",
    "http.https://github.com/.extraheader",
    `AUTHORIZATION: basic ${checkout}`,
  ]);
  execFileSync("git", [
    "-C",
    box.project,
    "config",
    `url.https://x:${checkout}@github.com/.insteadOf`,
    "git@github.com:",
  ]);
  const env = { ...box.env, RUNNER_TEMP: temp };
  const look = async () =>
    JSON.parse(
      (await started([BIN, "litmus", "--no-network", "--json"], { cwd: box.project, env })).stdout,
    ) as Found;
  writeFileSync(join(temp, "step.sh"), "echo hello\n");
  assert.ok(
    !keys((await look()).today).some((key) => key.startsWith("ci ")),
    "a script without a key is none",
  );
  writeFileSync(join(temp, "step.sh"), `export HF_TOKEN=${left}\n`);
  const found = await look();
  const expected = [
    "ci /runner/_temp",
    "git http.https://github.com/.extraheader",
    "git url.https://github.com/.insteadof",
  ];
  const seen = (column: Column | null) => keys(column).map((key) => key.replace(box.root, ""));
  for (const key of expected) {
    assert.ok(seen(found.today).includes(key), seen(found.today).join("\n"));
    assert.ok(seen(found.run).includes(key), "a job has its workspace and its runner's folder");
  }
  assert.match(found.next.text, /persist-credentials: false/);
  for (const value of [left, checkout]) assert.ok(!JSON.stringify(found).includes(value.slice(4, 20)));
});

test("inside of a run it says what can be read there", { skip }, async (t) => {
  const scene = await plant(t, null);
  scene.box.write(
    "bulkhead.yaml",
    `project: demo
environments: { dev: { people: true } }
secrets:
  openai: { provider: openai, purpose: explains, owner: team@example.com, from: "env://OPENAI_API_KEY" }
stages:
  train: { run: "true", use: [openai] }
`,
  );
  const env = { ...scene.box.env, OPENAI_API_KEY: fake("sk-proj-", 60) };
  const line = `'${process.execPath}' '${BIN}' litmus --no-network --json; true`;
  const inside = ["--", "sh", "-c", line]; // a shell of the job's own, with its variables
  const run = (...flags: string[]) =>
    started([BIN, "run", "train", "--no-tripwire", ...flags, ...inside], { cwd: scene.box.project, env });
  const two = await run();
  const found = JSON.parse(two.stdout) as Found;
  assert.match(found.inside ?? "", /^[0-9a-f]+$/);
  assert.deepEqual([found.run, among(scene.planted, found.today)], [null, []], two.stderr);
  assert.ok(
    !keys(found.today).some((key) => /^(memory|environments) /.test(key)),
    "the job's own shell is no other's",
  );
  assert.deepEqual(
    found.today.own.map(({ name }) => name),
    ["OPENAI_API_KEY"],
  );
  const zero = JSON.parse((await run("--isolation", "0")).stdout) as Found;
  assert.ok(among(scene.planted, zero.today).includes("files ~/.aws"));
  assert.match(zero.next.text, /--isolation 2/);
});

/** Answers at the metadata address of a network of its own, which has nothing but a loopback; prints how many connected and what they said. */
const SERVICE = `
const { createServer } = require("node:net");
const { spawn } = require("node:child_process");
let [connected, said] = [0, 0];
const server = createServer((socket) => { connected += 1; socket.on("data", (bytes) => { said += bytes.length; }).on("error", () => {}); });
server.listen(80, "169.254.169.254", () => {
  const child = spawn(process.execPath, process.argv.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (text) => { out += text; });
  child.on("close", (code) => { process.stdout.write(JSON.stringify({ code, connected, said, found: JSON.parse(out) })); process.exit(0); });
});
`;

test("the metadata service is played in a network of its own: reached, never asked, left out when told", (t) => {
  const network = ["--user", "--map-root-user", "--net", "--"];
  const set = "ip link set lo up && ip address add 169.254.169.254/32 dev lo";
  if (spawnSync("unshare", [...network, "sh", "-c", set]).status !== 0)
    return t.skip("no network of its own here");
  const box = sandbox(t);
  interface Played {
    readonly code: number;
    readonly connected: number;
    readonly said: number;
    readonly found: Found;
  }
  const play = (...flags: string[]): Played => {
    const words = [BIN, "litmus", "--json", ...flags];
    const script = `${set} && exec "$@"`;
    const done = spawnSync(
      "unshare",
      [...network, "sh", "-c", script, "sh", process.execPath, "-e", SERVICE, ...words],
      {
        ...{ cwd: box.project, env: box.env, encoding: "utf8", timeout: 90_000 },
      },
    );
    assert.ok(done.stdout.startsWith("{"), done.stderr);
    return JSON.parse(done.stdout) as Played;
  };
  const metadata = "metadata 169.254.169.254";
  const open = play();
  assert.ok(keys(open.found.today).includes(metadata) && keys(open.found.run).includes(metadata));
  assert.deepEqual([open.connected >= 2, open.said, open.code], [true, 0, 3]);
  assert.match(open.found.next.text, /bulkhead.yaml|network|declare/);
  const quiet = play("--no-network");
  assert.deepEqual([quiet.connected, keys(quiet.found.today).includes(metadata)], [0, false]);
  assert.ok(quiet.found.today.notes.some((text) => text.includes("metadata")));
  const closed = play("--allow-host", "api.example.com");
  assert.ok(keys(closed.found.today).includes(metadata));
  if (closed.found.run?.isolation.level === 3) assert.ok(!keys(closed.found.run).includes(metadata));
});

test("`check` shows the short form", async (t) => {
  const { box, values } = await plant(t, null);
  const env = { OPENAI_API_KEY: values[0] ?? "" };
  const done = await box.later(["check"], { env });
  assert.match(
    done.stdout,
    /all that a hostile import could read here\n {2}variables 1, .*credential files \d+, Bulkhead's own \d/,
  );
  assert.match(done.stdout, /\$ bulkhead litmus/);
  const { litmus } = JSON.parse((await box.later(["check", "--json"], { env })).stdout) as {
    litmus: { counts: Record<string, number> };
  };
  assert.equal(litmus.counts.variables, 1);
});
