/** `--host`: the documented APIs of GitHub and GitLab, played on loopback, fill in what files do not tell; and nobody asks without the flag. */
import assert from "node:assert/strict";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type TestContext } from "node:test";
import { fake } from "../support/fake.ts";
import { protocolServer } from "../support/protocol-server.ts";
import { sandbox } from "./support.ts";

type Routes = Readonly<Record<string, unknown>>;

async function hostOf(t: TestContext, routes: Routes, token: string) {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
    asked.push(pathname);
    const known = request.headers.authorization === `Bearer ${token}`;
    const body = known ? routes[pathname] : undefined;
    const page = Number(searchParams.get("page") ?? "1");
    const paged = typeof body === "function" ? (body as (page: number) => unknown)(page) : body;
    response.writeHead(known ? (body === undefined ? 404 : 200) : 401, {
      "content-type": "application/json",
    });
    response.end(JSON.stringify(paged ?? { message: known ? "Not Found" : "Bad credentials" }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => server.close());
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const WORKFLOW = `on: {push: {branches: [trunk]}}
jobs:
  ship:
    runs-on: ubuntu-latest
    environment: production
    permissions: {id-token: write}
    steps: [{run: ./ship, env: {K: "\${{ secrets.SHIP_KEY }}"}}]
  test: {runs-on: ubuntu-latest, steps: [{run: make}]}
`;
const R = "/repos/acme/fraud";
const ROUTES: Routes = {
  [R]: { id: 42, default_branch: "trunk", owner: { id: 7 } },
  [`${R}/actions/permissions/workflow`]: {
    default_workflow_permissions: "read",
    can_approve_pull_request_reviews: false,
  },
  // A full page, then the rest.
  [`${R}/actions/secrets`]: (page: number) => ({
    total_count: 101,
    secrets:
      page === 1
        ? Array.from({ length: 100 }, (_, index) => ({
            name: `S${index}`,
            updated_at: "2020-01-01T00:00:00Z",
          }))
        : [{ name: "SHIP_KEY", updated_at: "2024-01-01T00:00:00Z" }],
  }),
  [`${R}/actions/organization-secrets`]: { total_count: 0, secrets: [] },
  [`${R}/environments`]: {
    environments: [
      {
        name: "production",
        protection_rules: [{ type: "required_reviewers" }],
        deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
      },
    ],
  },
  [`${R}/environments/production/deployment-branch-policies`]: { branch_policies: [{ name: "trunk" }] },
  [`${R}/environments/production/secrets`]: {
    secrets: [{ name: "SHIP_KEY", updated_at: "2025-05-05T00:00:00Z" }],
  },
  [`${R}/actions/oidc/customization/sub`]: {
    use_default: false,
    include_claim_keys: ["repository_owner", "context"],
  },
};

test("the host's facts reach inventory, reach and trust", async (t) => {
  const box = sandbox(t);
  const token = fake("ghp_", 36);
  const host = await hostOf(t, ROUTES, token);
  const env = { GITHUB_API_URL: host.address, GITHUB_TOKEN: token };
  box.write(".github/workflows/ship.yml", WORKFLOW);
  box.write(".git/config", '[remote "origin"]\n\turl = https://github.com/acme/fraud.git\n');
  box.write(
    "vault/role.json",
    JSON.stringify({
      name: "r",
      bound_audiences: ["v"],
      bound_claims: { sub: ["repository_owner:acme:environment:production"] },
    }),
  );

  type Rows = { rows: { job: string; credential: string; rotated: string | null; certain: boolean }[] };
  const read = async (...args: string[]): Promise<Rows["rows"]> => {
    const done = await box.later([...args, "--json"], { env });
    assert.equal(done.code, 0, done.stderr);
    return (JSON.parse(done.stdout) as Rows).rows;
  };
  const offline = await read("ci", "inventory");
  assert.deepEqual(host.asked, [], "nobody is asked without --host");
  assert.deepEqual(offline.map(({ credential, rotated, certain }) => [credential, rotated, certain]).at(-1), [
    "GITHUB_TOKEN",
    null,
    false,
  ]);
  const rows = await read("ci", "inventory", "--host");
  assert.ok(host.asked.length >= 8);
  assert.equal(rows.find(({ credential }) => credential === "SHIP_KEY")?.rotated, "2025-05-05T00:00:00Z");
  assert.ok(!rows.some(({ credential }) => credential === "GITHUB_TOKEN"), "the default only reads");

  const trust = await box.later(["ci", "trust", "--host"], { env });
  assert.match(
    trust.stdout,
    /^can .*ship\.yml:ship +push +refs\/heads\/trunk +production +repository_owner:acme:environment:production/m,
  );
  const reach = async (branch: string) =>
    (await box.later(["ci", "reach", "--host", "--if-compromised", `branch:${branch}`], { env })).stdout;
  assert.match(await reach("trunk"), /^exfiltrate SHIP_KEY$/m);
  assert.doesNotMatch(await reach("evil"), /SHIP_KEY/);
});

test("what the token may not read is unknown; a refused repository, an unknown one and clear text are errors", async (t) => {
  const box = sandbox(t);
  const token = fake("ghp_", 36);
  const host = await hostOf(t, { [R]: ROUTES[R] }, token);
  box.write(".github/workflows/ship.yml", WORKFLOW);
  const run = (extra: Readonly<Record<string, string>>) =>
    box.later(["ci", "inventory", "--host"], {
      env: { GITHUB_API_URL: host.address, GITHUB_TOKEN: token, ...extra },
    });
  const nowhere = await run({});
  assert.deepEqual(
    [nowhere.code, /--host needs a git remote/.test(nowhere.stderr)],
    [2, true],
    nowhere.stderr,
  );
  box.write(".git/config", '[remote "origin"]\n\turl = https://github.com/acme/fraud.git\n');
  const part = await run({});
  assert.equal(part.code, 0, part.stderr);
  assert.match(part.stdout, /GITHUB_TOKEN \(depends on settings\)/);
  const wrong = await run({ GITHUB_TOKEN: fake("ghp_", 36) });
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /github\.com answers 401 to GET \/repos\/acme\/fraud/);
  const clear = await run({ GITHUB_API_URL: "http://192.0.2.1" });
  assert.match(clear.stderr, /credentials go over https/);
  assert.ok(![wrong, clear].some(({ stderr }) => stderr.includes(token)));
});

const PIPELINE = `stages: [test, deploy]
test: {stage: test, script: [make test]}
ship:
  stage: deploy
  environment: prod/eu
  id_tokens: {ID: {aud: "https://vault.example.com"}}
  script:
    - ./ship --key "$SHIP_PASSWORD" --tier "$TIER_X"
  rules:
    - if: $CI_COMMIT_BRANCH == "main"
`;
const P = "/api/v4/projects/acme%2Fml%2Ffraud";

/** GitLab as its documents describe it: the REST pages, and the query for variables, which answers without any value. */
function gitlab(token: string, { refuse = [] as readonly string[], open = false } = {}) {
  const variable = (key: string, more: Readonly<Record<string, unknown>>): unknown => ({
    key,
    protected: false,
    masked: true,
    environmentScope: "*",
    ...more,
  });
  const pagesOf: Readonly<Record<string, unknown>> = {
    [P]: {
      id: 42,
      default_branch: "main",
      namespace: { id: 7 },
      ci_push_repository_for_job_token_allowed: true,
    },
    [`${P}/environments`]: [{ name: "prod/eu" }],
    [`${P}/protected_environments`]: [{ name: "prod/eu", required_approval_count: 1, approval_rules: [] }],
    [`${P}/protected_branches`]: [{ name: "main" }, { name: "release/*" }],
    [`${P}/protected_tags`]: [],
    [`${P}/job_token_scope`]: { inbound_enabled: !open, outbound_enabled: false },
    [`${P}/job_token_scope/allowlist`]: [{ id: 1, path_with_namespace: "acme/shared" }],
    [`${P}/job_token_scope/groups_allowlist`]: [
      { id: 2, name: "Tools", web_url: "https://gitlab.example.com/groups/acme/tools" },
    ],
  };
  const lists: Readonly<Record<string, readonly unknown[]>> = {
    ciVariables: [
      variable("SHIP_PASSWORD", { environmentScope: "prod/*", protected: true }),
      ...Array.from({ length: 100 }, (_, at) => variable(`V${at}`, {})),
      variable("TIER_X", {}),
    ],
    inheritedCiVariables: [variable("SHIP_PASSWORD", { masked: false })],
  };
  return protocolServer(({ path, query, headers, method, body }) => {
    if (headers.authorization !== `Bearer ${token}`)
      return { status: 401, body: { message: "401 Unauthorized" } };
    if (refuse.some((one) => path.includes(one))) return { status: 403, body: { message: "403 Forbidden" } };
    if (path === "/api/graphql" && method === "POST") {
      const { query: asked, variables } = JSON.parse(body) as {
        query: string;
        variables: { path: string; after: string | null };
      };
      assert.doesNotMatch(asked, /\bvalue\b/, "no value is asked for");
      const list = asked.includes("inheritedCiVariables") ? "inheritedCiVariables" : "ciVariables";
      const from = Number(variables.after ?? "0");
      const nodes = (lists[list] ?? []).slice(from, from + 100);
      const more = from + 100 < (lists[list]?.length ?? 0);
      return {
        body: {
          data: {
            project: { [list]: { nodes, pageInfo: { hasNextPage: more, endCursor: String(from + 100) } } },
          },
        },
      };
    }
    const found = pagesOf[path];
    if (found === undefined) return { status: 404, body: { message: "404 Not Found" } };
    return { body: Array.isArray(found) && query.get("page") !== "1" ? [] : found };
  });
}

test("GitLab: variables without their values, environments, protected branches, the job token's scope", async (t) => {
  const box = sandbox(t);
  const token = fake("glpat-", 20);
  const host = await gitlab(token);
  t.after(() => host.stop());
  box.write(".gitlab-ci.yml", PIPELINE);
  box.write(".git/config", '[remote "origin"]\n\turl = https://code.example.com/acme/ml/fraud.git\n');
  const role = (claims: Readonly<Record<string, string>>): string =>
    JSON.stringify({
      name: "r",
      role_type: "jwt",
      bound_audiences: ["https://vault.example.com"],
      bound_claims: claims,
    });
  const claims = { project_id: "42", namespace_id: "7", ref: "main", ref_type: "branch" };
  box.write("vault/role.json", role({ ...claims, ref_protected: "true" }));
  const env = { CI_API_V4_URL: `${host.address}/api/v4`, GITLAB_TOKEN: token };
  const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    box.later(args, { env: { ...env, ...more } });

  type Row = { job: string; credential: string; scope: string };
  const rows = async (...args: string[]): Promise<Row[]> => {
    const done = await run(["ci", "inventory", "--json", ...args]);
    assert.equal(done.code, 0, done.stderr);
    return (JSON.parse(done.stdout) as { rows: Row[] }).rows;
  };
  const offline = await rows();
  assert.deepEqual(host.asked, [], "nobody is asked without --host");
  assert.ok(!offline.some(({ credential }) => credential === "TIER_X"), "no name that a secret would have");
  const asked = await rows("--host");
  const ship = asked.find(({ job, credential }) => job === "ship" && credential === "SHIP_PASSWORD");
  assert.match(ship?.scope ?? "", /of the environment prod\/\*, protected refs only$/);
  assert.match(
    asked.find(({ credential }) => credential === "TIER_X")?.scope ?? "",
    /of the repository, every ref$/,
  );
  assert.ok(!JSON.stringify(host.asked).includes("/variables"), "that list would bring values along");

  const trust = await run(["ci", "trust", "--host"]);
  assert.match(trust.stdout, /^can +\.gitlab-ci\.yml:ship +push +refs\/heads\/main/m);
  assert.match(trust.stdout, /CI_JOB_TOKEN.* of this project, acme\/shared, acme\/tools\/\* gets in here/);
  assert.match(trust.stdout, /may push to this repository/);
  box.write("vault/role.json", role({ ...claims, project_id: "43" }));
  assert.match((await run(["ci", "trust", "--host"])).stdout, /no job of this repository/);
  box.write("vault/role.json", role({ ...claims, ref_protected: "false" }));
  assert.match((await run(["ci", "trust", "--host"])).stdout, /no job of this repository/);

  const open = await gitlab(token, { open: true });
  t.after(() => open.stop());
  const broad = await run(["ci", "trust", "--host"], { CI_API_V4_URL: `${open.address}/api/v4` });
  assert.equal(broad.code, 3);
  assert.match(broad.stdout, /CI_JOB_TOKEN.* of every project of the host gets in here/);
});

test("GitLab: what the token may not read is unknown", async (t) => {
  const box = sandbox(t);
  const token = fake("glpat-", 20);
  const host = await gitlab(token, { refuse: ["graphql", "job_token_scope", "protected_"] });
  t.after(() => host.stop());
  box.write(".gitlab-ci.yml", PIPELINE);
  box.write(".git/config", '[remote "origin"]\n\turl = git@gitlab.example.com:acme/ml/fraud.git\n');
  const env = { CI_API_V4_URL: `${host.address}/api/v4`, GITLAB_TOKEN: token };
  const rows = await box.later(["ci", "inventory", "--host", "--json"], { env });
  assert.equal(rows.code, 0, rows.stderr);
  assert.doesNotMatch(rows.stdout, /every ref|protected refs|of the environment/);
  const trust = await box.later(["ci", "trust", "--host", "--json"], { env });
  assert.equal((JSON.parse(trust.stdout) as { jobToken: unknown }).jobToken, null);
  const wrong = await box.later(["ci", "trust", "--host"], {
    env: { ...env, GITLAB_TOKEN: fake("glpat-", 20) },
  });
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /gitlab\.example\.com answers 401 to GET \/projects\/acme%2Fml%2Ffraud/);
  assert.ok(!wrong.stderr.includes(token));
});
