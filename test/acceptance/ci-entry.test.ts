/**
 * What CI systems take: the action of this repository and the GitLab component, each played by a small runner that does with their text
 * what the real ones do (inputs, environment files, the shell), against a registry on loopback that serves the packed package.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { after, before } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { fake } from "../support/fake.ts";
import { type ProtocolServer, protocolServer } from "../support/protocol-server.ts";

const root = join(import.meta.dirname, "..", "..");
const VERSION = (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version;
const folder = mkdtempSync(join(tmpdir(), "bulkhead-ci-entry-"));
let registry: ProtocolServer;
let integrity = "";

before(async () => {
  execFileSync(process.execPath, [join(root, "tools", "build.ts")]);
  const npm = {
    cwd: root,
    encoding: "utf8" as const,
    env: { ...process.env, npm_config_cache: join(folder, "npm") },
  };
  const name = execFileSync(
    "npm",
    ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder],
    npm,
  ).trim();
  const tarball = readFileSync(join(folder, name));
  integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  registry = await protocolServer(({ path }) => {
    if (path.endsWith(".tgz")) return { body: tarball };
    const dist = { tarball: `${registry.address}/bulkhead/-/bulkhead-${VERSION}.tgz`, integrity };
    return {
      body: {
        name: "bulkhead",
        "dist-tags": { latest: VERSION },
        versions: { [VERSION]: { name: "bulkhead", version: VERSION, dist } },
      },
    };
  });
});
after(async () => {
  await registry.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Played {
  readonly code: number | null;
  readonly output: string;
}

function shell(script: string, cwd: string, env: Readonly<Record<string, string>>): Promise<Played> {
  const child = spawn("sh", ["-e", "-c", script], {
    cwd,
    env: { ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, output })));
}

const OPENAI = fake("sk-proj-", 40);
const PINECONE = fake("pcsk_", 40);

/** A job's folder and variables, as a hosted runner would have them. */
function runner(
  name: string,
  more: Readonly<Record<string, string>>,
): { readonly work: string; readonly env: Record<string, string> } {
  const home = join(folder, name, "home");
  const work = join(folder, name, "work");
  mkdirSync(home, { recursive: true });
  cpSync(join(root, "examples", "retrieval-index"), work, { recursive: true });
  return {
    work,
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}`,
      HOME: home,
      npm_config_registry: `${registry.address}/`,
      npm_config_cache: join(home, "npm"),
      npm_config_update_notifier: "false",
      CI: "true",
      CI_OPENAI_API_KEY: OPENAI,
      CI_PINECONE_API_KEY: PINECONE,
      UNRELATED_TOKEN: fake("ghp_", 36),
      ...more,
    },
  };
}

interface ActionStep {
  readonly id?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run: string;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly steps: readonly ActionStep[] };
}

/** The composite action, as the runner plays it: inputs into `env`, the environment files, steps in order until one fails. */
async function action(name: string, given: Readonly<Record<string, string>>): Promise<Played> {
  const { inputs, runs } = parse(readFileSync(join(root, "action.yml"), "utf8")) as Action;
  const { work, env } = runner(name, { GITHUB_ACTIONS: "true", RUNNER_TEMP: join(folder, name, "temp") });
  mkdirSync(env.RUNNER_TEMP ?? "", { recursive: true });
  const values = new Map<string, string>([["github.action_path", root]]);
  for (const [key, { default: usual = "" }] of Object.entries(inputs))
    values.set(`inputs.${key}`, given[key] ?? usual);
  const filled = (text: string): string =>
    text.replaceAll(/\$\{\{ *([a-z._-]+) *\}\}/gi, (_, key: string) => {
      assert.ok(values.has(key), key);
      return values.get(key) ?? "";
    });
  let output = "";
  for (const step of runs.steps) {
    assert.ok(!step.run.includes("${{"), "no text of a caller becomes part of a script");
    if (step.if === "inputs.stage != ''" && values.get("inputs.stage") === "") continue;
    const outputs = join(folder, name, `outputs-${step.id ?? ""}`);
    const path = join(folder, name, "path");
    for (const file of [outputs, path]) writeFileSync(file, "", { flag: "a" });
    const own = Object.fromEntries(Object.entries(step.env ?? {}).map(([key, text]) => [key, filled(text)]));
    const added = readFileSync(path, "utf8").trim().split("\n").toReversed().join(":");
    const done = await shell(step.run, work, {
      ...env,
      PATH: added === "" ? (env.PATH ?? "") : `${added}:${env.PATH ?? ""}`,
      GITHUB_OUTPUT: outputs,
      GITHUB_PATH: path,
      ...own,
    });
    output += done.output;
    if (done.code !== 0) return { code: done.code, output };
    for (const line of readFileSync(outputs, "utf8").split("\n")) {
      const at = line.indexOf("=");
      if (at > 0) values.set(`steps.${step.id ?? ""}.outputs.${line.slice(0, at)}`, line.slice(at + 1));
    }
  }
  return { code: 0, output };
}

const right = (): Record<string, string> => ({
  version: VERSION,
  integrity,
  stage: "index",
  env: "production",
  "require-isolation": "0",
});

test("the action installs the package by version and integrity, and runs the stage with its two keys alone", async () => {
  const done = await action("right", {
    ...right(),
    command: "env | sort; python3 build_index.py; echo $OPENAI_API_KEY",
  });
  assert.equal(done.code, 0, done.output);
  assert.match(done.output, /indexed 41 characters with OPENAI_API_KEY, PINECONE_API_KEY/);
  assert.doesNotMatch(done.output, /UNRELATED_TOKEN|CI_OPENAI_API_KEY|^(?:STAGE|COMMAND|LEVEL|ARGUMENTS)=/m);
  const job = done.output.split("\n").filter((line) => !line.startsWith("::add-mask::"));
  assert.ok(!job.some((line) => line.includes(OPENAI) || line.includes(PINECONE)), "masked");
  assert.match(done.output, /isolation \d .*receipt /s);
});

test("the action stops before anything of the package runs when it is another one, and says what to do", async () => {
  const wrong = `sha512-${createHash("sha512").update("other").digest("base64")}`;
  const table: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ ...right(), integrity: wrong }, /is not what was expected: sha512-[\s\S]*hint: /],
    [{ ...right(), integrity: "" }, /the integrity of version .* is not given/],
    [{ ...right(), version: "latest; touch pwned" }, /is not a version/],
    [{ ...right(), version: "9.9.9" }, /could not be fetched/],
  ];
  for (const [index, [inputs, expected]] of table.entries()) {
    const done = await action(`wrong-${index}`, inputs);
    assert.equal(done.code, 1, done.output);
    assert.match(done.output, expected);
  }
});

test("words in inputs stay words, and a job's code is the step's", async () => {
  const done = await action("words", {
    ...right(),
    command: 'printf "%s\\n" "$0" \'$(id)\'; exit 7',
    arguments: "--leaks\noff\n--only\nOPENAI_API_KEY",
  });
  assert.equal(done.code, 7, done.output);
  assert.match(done.output, /^\$\(id\)$/m);
  assert.equal((await action("install-only", { version: VERSION, integrity })).code, 0);
});

interface Component {
  readonly spec: { readonly inputs: Readonly<Record<string, { readonly default?: string }>> };
}
interface GitlabJob {
  readonly variables: Readonly<Record<string, string>>;
  readonly script: readonly string[];
  readonly id_tokens: Readonly<Record<string, { readonly aud: string }>>;
}

test("the GitLab component does the same", async () => {
  const text = readFileSync(join(root, "templates", "run.yml"), "utf8");
  const { inputs } = (parseAllDocuments(text)[0]?.toJS() as Component).spec;
  const play = async (name: string, given: Readonly<Record<string, string>>): Promise<Played> => {
    const filled = text.split(/^---$/m)[1]?.replaceAll(/\$\[\[ inputs\.([a-z-]+) \]\]/g, (_, key: string) => {
      const value = given[key] ?? inputs[key]?.default;
      assert.ok(value !== undefined, key);
      return value;
    });
    const [job] = Object.values(parse(filled ?? "") as Record<string, GitlabJob>);
    assert.ok(job !== undefined);
    assert.equal(job.id_tokens.BULKHEAD_ID_TOKEN?.aud, "bulkhead");
    const variables = Object.fromEntries(
      Object.entries(job.variables).map(([key, value]) => [key, String(value ?? "")]),
    );
    const { work, env } = runner(name, { GITLAB_CI: "true", ...variables });
    return await shell(job.script.join("\n"), work, env);
  };
  const done = await play("gitlab", { version: VERSION, integrity, stage: "index", env: "production" });
  assert.equal(done.code, 0, done.output);
  assert.match(done.output, /indexed 41 characters/);
  const other = await play("gitlab-other", {
    version: VERSION,
    integrity: "sha512-x",
    stage: "index",
    env: "production",
  });
  assert.equal(other.code, 1);
  assert.match(other.output, /is not what was expected/);
});

test("what `ci init` writes runs the stage in the same way", async () => {
  const { work, env } = runner("init", {
    GITHUB_ACTIONS: "true",
    BULKHEAD_HOME: join(folder, "init", "store"),
  });
  const bulkhead = (...args: string[]): string =>
    execFileSync(process.execPath, [join(root, "dist", "bulkhead"), "ci", "init", ...args], {
      cwd: work,
      env,
      encoding: "utf8",
    });
  interface Flow {
    readonly jobs: Readonly<Record<string, { readonly steps: readonly ActionStep[] }>>;
  }
  const flow = parse(bulkhead("github", "--stdout", "--integrity", integrity)) as Flow;
  const step = flow.jobs.index?.steps.at(-1);
  assert.ok(step !== undefined);
  assert.equal(step.env?.CI_OPENAI_API_KEY, "${{ secrets.CI_OPENAI_API_KEY }}");
  const given = (more: Readonly<Record<string, string>>): Promise<Played> =>
    shell(step.run.replace("--require-isolation 2", "--require-isolation 0"), work, {
      ...env,
      WANTED_VERSION: step.env?.WANTED_VERSION ?? "",
      WANTED_INTEGRITY: step.env?.WANTED_INTEGRITY ?? "",
      ...more,
    });
  const done = await given({});
  assert.equal(done.code, 0, done.output);
  assert.match(done.output, /indexed 41 characters/);
  const other = await given({ WANTED_INTEGRITY: "" });
  assert.equal(other.code, 1);
  assert.match(other.output, /is not what was expected/);

  const lab = parse(bulkhead("gitlab", "--stdout", "--integrity", integrity)) as Record<
    string,
    { before_script: string[]; script: string[] }
  >;
  const lines = [...(lab[".bulkhead"]?.before_script ?? []), ...(lab.index?.script ?? [])];
  const played = await shell(lines.join("\n"), work, {
    ...env,
    WANTED_VERSION: VERSION,
    WANTED_INTEGRITY: integrity,
  });
  assert.equal(played.code, 0, played.output);
  assert.match(played.output, /indexed 41 characters/);
});
