/** `--host`: GitHub's documented API, played on loopback, fills in what files do not tell; and nobody asks it without the flag. */
import assert from "node:assert/strict";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type TestContext } from "node:test";
import { fake } from "../support/fake.ts";
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
  [R]: { default_branch: "trunk" },
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
