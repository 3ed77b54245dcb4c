/** As whom a run comes to a server: each CI system's token, a pod's, an AppRole, a person's login, against a real server and issuer. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { fake } from "../support/fake.ts";
import { type TestIssuer, startIssuer } from "../support/issuer.ts";
import { rest } from "../support/rest.ts";
import { BIN, type Result, type RunOptions, type Sandbox, sandbox, startServer } from "./support.ts";

/** As `box.bulkhead`, while this process goes on answering. */
function bulkhead(box: Sandbox, args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: box.project,
    env: { ...box.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
const JOB = ["--", "sh", "-c", 'printf %s "$OPENAI_API_KEY" | sha256sum | cut -c1-64; env'];

const REF = { repository: "acme/fraud", ref: "refs/heads/main" };
const GITHUB = {
  ...REF,
  sub: "repo:acme/fraud:ref:refs/heads/main",
  workflow_ref: "acme/fraud/.github/workflows/train.yml@refs/heads/main",
  run_id: "1001",
};
const GITLAB = {
  sub: "project_path:acme/fraud:ref_type:branch:ref:main",
  project_path: "acme/fraud",
  project_id: "9",
  ref: "main",
  ref_type: "branch",
  ref_protected: "true",
  pipeline_id: "77",
  job_id: "88",
};
const BUILDKITE = {
  sub: "organization:acme:pipeline:fraud:ref:refs/heads/main:commit:c0ffee:step:train",
  organization_slug: "acme",
  pipeline_slug: "fraud",
  pipeline_id: "p-1",
  build_branch: "main",
  build_number: 12,
  job_id: "j-1",
};

const manifestOf = (issuer: string): string => `project: demo
secrets:
  openai: { provider: openai, purpose: explains, owner: team@example.com }
stages:
  train: { run: "true", use: [openai] }
identities:
  train:
    prod:
      github: { repository: acme/fraud, workflow: .github/workflows/train.yml, ref: refs/heads/main, issuer: "${issuer}" }
      gitlab: { project_path: acme/fraud, ref: main, ref_type: branch, issuer: "${issuer}" }
      buildkite: { organization_slug: acme, pipeline_slug: fraud, build_branch: main, issuer: "${issuer}" }
      oidc: { sub: "job:train", issuer: "${issuer}" }
`;

interface Setting {
  readonly box: Sandbox;
  readonly issuer: TestIssuer;
  readonly value: string;
  readonly root: ReturnType<typeof rest>;
  readonly env: Readonly<Record<string, string>>;
  readonly token: string;
}

async function setting(t: TestContext): Promise<Setting> {
  const box = sandbox(t);
  const issuer = await startIssuer();
  t.after(() => issuer.close());
  const server = await startServer(box);
  const root = rest(server.address, server.token);
  t.after(() => root.close());
  box.write("bulkhead.yaml", manifestOf(issuer.address));
  const asRoot = { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: server.token };
  const applied = await bulkhead(box, ["apply"], { env: asRoot });
  assert.equal(applied.code, 0, applied.stderr);
  const value = fake("sk-proj-", 60);
  const { status } = await root("POST", "secret/data/demo/prod/openai", { data: { value } });
  assert.equal(status, 200);
  return { box, issuer, value, root, env: { BULKHEAD_ADDR: server.address }, token: server.token };
}

const now = (): number => Math.floor(Date.now() / 1_000);
const signed = ({ issuer }: Setting, claims: object, aud = "bulkhead"): Promise<string> =>
  issuer.sign({ iss: issuer.address, aud, iat: now(), exp: now() + 300, ...claims });

/** The endpoint of GitHub's and Azure's shape: a bearer asks, an audience is named, a member of the answer holds the token. */
async function tokenEndpoint(
  t: TestContext,
  answer: (request: IncomingMessage, url: URL) => Promise<object | number>,
): Promise<string> {
  const server = createServer((request, response) => {
    answer(request, new URL(request.url ?? "", "http://x")).then(
      (body) => {
        response.statusCode = typeof body === "number" ? body : 200;
        response.end(typeof body === "number" ? "secret words of the platform" : JSON.stringify(body));
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  t.after(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?api-version=2.0`;
}

function assertRan({ value }: Setting, done: Result, secrets: readonly string[] = []): void {
  assert.equal(done.code, 0, done.stderr);
  assert.ok(done.stdout.startsWith(digest(value)), "the job has the stage's value");
  const said = (done.stdout + done.stderr).replace(/^::add-mask::.*$/gm, ""); // for the runner's own masker
  for (const secret of [value, ...secrets]) assert.ok(!said.includes(secret));
}

async function lastRun({ root }: Setting): Promise<Readonly<Record<string, unknown>>> {
  const { json } = await root("LIST", "bulkhead/runs");
  const data = json.data as unknown as { keys: string[]; key_info: Record<string, Record<string, unknown>> };
  return data.key_info[data.keys[0] ?? ""] ?? {};
}

const RUN = ["run", "train", "--env", "prod", "-v", ...JOB];

test("GitHub Actions: the request's URL and bearer, the audience, the record; nothing of it in the job", async (t) => {
  const at = await setting(t);
  const bearer = fake("", 40);
  let asked = "";
  const url = await tokenEndpoint(t, async ({ headers, method }, { searchParams }) => {
    if (headers.authorization !== `Bearer ${bearer}` || method !== "GET") return 401;
    asked = searchParams.get("audience") ?? "";
    return { value: await signed(at, GITHUB, asked) };
  });
  const github = {
    GITHUB_ACTIONS: "true",
    ACTIONS_ID_TOKEN_REQUEST_URL: url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer,
  };
  const env = { ...at.env, ...github };
  const done = await bulkhead(at.box, RUN, { env });
  assertRan(at, done, [bearer]);
  assert.equal(asked, "bulkhead");
  assert.doesNotMatch(done.stdout, /ACTIONS_ID_TOKEN/);
  const run = await lastRun(at);
  assert.deepEqual(
    [run.project, run.stage, run.environment, run.state, run.exit_code],
    ["demo", "train", "prod", "ended", 0],
  );
  assert.match(String(run.actor), /github/);
  const tokens = await at.root("LIST", "auth/token/accessors");
  assert.equal(
    (tokens.json.data as unknown as { keys: string[] }).keys.length,
    1,
    "the run's token is revoked: root's is left",
  );

  const wrong = await bulkhead(at.box, RUN, { env: { ...env, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "other" } });
  assert.equal(wrong.code, 125);
  assert.match(wrong.stderr, /GitHub Actions gave no identity token: .* answered with status 401/);
  assert.doesNotMatch(wrong.stderr, /secret words/);
  const without = await bulkhead(at.box, RUN, { env: { ...at.env, GITHUB_ACTIONS: "true" } });
  assert.match(without.stderr, /permissions: id-token: write/);
  const gone = await bulkhead(at.box, RUN, {
    env: { ...env, ACTIONS_ID_TOKEN_REQUEST_URL: "http://10.0.0.1/x?y=z" },
  });
  assert.match(gone.stderr, /its address is not https/);
  const elsewhere = await bulkhead(at.box, ["run", "train", "--env", "staging", ...JOB], { env });
  assert.equal(elsewhere.code, 125);
  assert.match(
    elsewhere.stderr,
    /GitHub Actions job has no identity for stage train in staging[\s\S]*identities:/,
  );
});

test("GitLab, Buildkite, any issuer; another branch is refused", async (t) => {
  const at = await setting(t);
  const gitlab = { GITLAB_CI: "true", BULKHEAD_ID_TOKEN: await signed(at, GITLAB) };
  assertRan(at, await bulkhead(at.box, RUN, { env: { ...at.env, ...gitlab } }), [gitlab.BULKHEAD_ID_TOKEN]);
  const branch = { GITLAB_CI: "true", BULKHEAD_ID_TOKEN: await signed(at, { ...GITLAB, ref: "other" }) };
  const refused = await bulkhead(at.box, RUN, { env: { ...at.env, ...branch } });
  assert.equal(refused.code, 125);
  assert.match(refused.stderr, /login refused/);
  const none = await bulkhead(at.box, RUN, { env: { ...at.env, GITLAB_CI: "true" } });
  assert.match(none.stderr, /id_tokens: \{ BULKHEAD_ID_TOKEN: \{ aud: bulkhead \} \}/);

  const token = await signed(at, BUILDKITE);
  writeFileSync(
    join(at.box.root, "buildkite-agent"),
    `#!/bin/sh\n[ "$*" = "oidc request-token --audience bulkhead" ] && echo "$AGENT_ANSWER"\n`,
    { mode: 0o755 },
  );
  const path = `${at.box.root}:${at.box.env.PATH ?? ""}`;
  const buildkite = { BUILDKITE: "true", PATH: path, AGENT_ANSWER: token };
  assertRan(at, await bulkhead(at.box, RUN, { env: { ...at.env, ...buildkite } }), [token]);

  const file = at.box.write("id-token", `${await signed(at, { sub: "job:train" })}\n`, 0o600);
  assertRan(at, await bulkhead(at.box, RUN, { env: { ...at.env, BULKHEAD_ID_TOKEN_FILE: file } }));
});

test("an AppRole: the stage's own, one that makes secret ids, and a secret-id file that others can read", async (t) => {
  const at = await setting(t);
  const { root } = at;
  const id = async (role: string): Promise<Record<string, string>> => {
    const { json } = await root("GET", `auth/approle/role/${role}/role-id`);
    const made = await root("POST", `auth/approle/role/${role}/secret-id`, {});
    const secret = (made.json.data as unknown as { secret_id: string }).secret_id;
    const file = at.box.write(`${role}.id`, secret, 0o600);
    return {
      BULKHEAD_ROLE_ID: (json.data as unknown as { role_id: string }).role_id,
      BULKHEAD_SECRET_ID_FILE: file,
    };
  };
  const own = await id("demo.train.prod");
  assertRan(at, await bulkhead(at.box, RUN, { env: { ...at.env, ...own } }));
  assert.equal((await lastRun(at)).actor, "approle");
  const again = await bulkhead(at.box, RUN, { env: { ...at.env, ...own } });
  assert.equal(again.code, 125, "a secret id of a stage is good for one login");

  const policy = `
    path "auth/approle/role/demo.train.prod/*" { capabilities = ["read", "update"] }
    path "bulkhead/runs" { capabilities = ["create", "update"] }
    path "bulkhead/runs/+/end" { capabilities = ["create", "update"] }`;
  assert.equal((await root("POST", "sys/policies/acl/orchestrator", { policy })).status, 204);
  assert.equal(
    (await root("POST", "auth/approle/role/airflow", { token_policies: "orchestrator" })).status,
    204,
  );
  const airflow = await id("airflow");
  assertRan(at, await bulkhead(at.box, RUN, { env: { ...at.env, ...airflow } }));
  const run = await lastRun(at);
  assert.equal(run.state, "ended");
  const tokens = await root("LIST", "auth/token/accessors");
  assert.equal((tokens.json.data as unknown as { keys: string[] }).keys.length, 1, "both tokens are revoked");

  const open = await id("airflow");
  at.box.write("open.id", "x", 0o644);
  const exposed = { ...open, BULKHEAD_SECRET_ID_FILE: join(at.box.project, "open.id") };
  const refused = await bulkhead(at.box, RUN, { env: { ...at.env, ...exposed } });
  assert.match(refused.stderr, /open.id/);
  assert.equal(refused.code, 125);
});

test("a person's login runs where people may; a token of the environment counts over everything", async (t) => {
  const at = await setting(t);
  const none = await bulkhead(at.box, ["run", "train", ...JOB], { env: at.env });
  assert.equal(none.code, 125);
  assert.match(none.stderr, /bulkhead login/);
  const value = fake("sk-proj-", 60);
  assert.equal((await at.root("POST", "secret/data/demo/dev/openai", { data: { value } })).status, 200);
  const given = await bulkhead(at.box, ["run", "train", ...JOB], {
    env: { ...at.env, BULKHEAD_TOKEN: at.token, GITHUB_ACTIONS: "true" },
  });
  assertRan({ ...at, value }, given);
});
