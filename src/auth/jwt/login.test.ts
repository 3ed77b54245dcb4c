/** Logins: for every issuer and every bound claim the right job gets in, and a token that differs in exactly that claim does not. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { type JwtApi, jwtApi } from "../../../test/support/jwt-api.ts";
import { type Job, jobs } from "../../../test/support/trust-jobs.ts";

const metadataOf = (answer: { get(path: string): unknown }): Record<string, string> =>
  answer.get("auth.metadata") as Record<string, string>;

async function useJob(api: JwtApi, job: Job): Promise<Record<string, unknown>> {
  await api.config({ jwks_url: `${api.issuer.address}/jwks`, bound_issuer: job.issuer });
  await api.role("r", {
    role_type: "jwt",
    preset: job.preset,
    bound_audiences: ["bulkhead"],
    bound_subject: job.claims.sub,
    bound_claims: job.bound,
    token_policies: ["train"],
    // an environment's own subject fixes no branch, and a made-up one may lack a row: what is asked here is every claim
    ...(job.preset === "azure-devops" && { bound_claims: {} }),
  });
  return { iss: job.issuer, aud: "bulkhead", ...job.claims, ...api.times() };
}

for (const job of jobs)
  test(`${job.preset} at ${job.issuer}: the right job gets in, one that differs in a bound claim does not`, async (context) => {
    const api = await jwtApi(context);
    const claims = await useJob(api, job);
    const right = await api.login(await api.issuer.sign(claims));
    assert.equal(right.status, 200, `${right.text} ${JSON.stringify(api.said)}`);
    assert.deepEqual(right.get("auth.policies"), ["default", "train"]);
    const metadata = metadataOf(right);
    for (const [name, value] of Object.entries(job.facts)) assert.equal(metadata[name], value, name);
    assert.equal(metadata.role, "r");
    const others: [string, Record<string, unknown>][] = [
      ["iss", { iss: `${job.issuer}-other` }],
      ["aud", { aud: "another" }],
      ["sub", { sub: `${String(job.claims.sub)}x` }],
      ...Object.entries(job.others),
    ];
    assert.deepEqual(Object.keys(job.others), Object.keys(job.bound), "every bound claim is tried");
    for (const [claim, change] of others) {
      const said = await api.refused(await api.issuer.sign({ ...claims, ...change }));
      assert.equal(said.claim, claim, JSON.stringify(said));
      assert.ok(typeof said.received === "string" && typeof said.expected === "string", claim);
      const { [claim]: _, ...without } = claims;
      if (claim in claims) assert.equal((await api.refused(await api.issuer.sign(without))).claim, claim);
    }
    assert.equal(
      (await api.login(await api.issuer.sign(claims))).status,
      200,
      "and the right one still does",
    );
  });

test("a job's facts stand in every audit entry of its token", async (context) => {
  const api = await jwtApi(context);
  const [job] = jobs;
  assert.ok(job);
  const claims = await useJob(api, job);
  const token = (await api.login(await api.issuer.sign(claims))).textAt("auth.client_token");
  await api.call("GET", "secret/data/x", undefined, { token });
  const entries = globSync("audit/**/*", { cwd: api.folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8").split("\n"))
    .filter((line) => line.includes("secret/data/x"));
  assert.ok(entries.length > 0);
  for (const entry of entries)
    for (const fact of ['"run":"1001"', '"actor":"ada"', '"commit":"c0ffee"'])
      assert.ok(entry.includes(fact), fact);
});

test("a role's own metadata counts over what the token says", async (context) => {
  const api = await jwtApi(context);
  await api.config();
  await api.role("r", {
    role_type: "jwt",
    user_claim: "sub",
    bound_audiences: "a",
    bound_claims: { team: "fraud" },
    claim_mappings: { stage: "stage", "/deep/er": "depth" },
    token_metadata: { stage: "train" },
    groups_claim: "groups",
  });
  const claims = {
    sub: "s",
    aud: "a",
    team: "fraud",
    stage: "deploy",
    deep: { er: "3" },
    groups: ["g"],
    ...api.times(),
  };
  const answer = await api.login(await api.issuer.sign(claims));
  assert.deepEqual(metadataOf(answer), { stage: "train", depth: "3", role: "r" });
  assert.equal((await api.refused(await api.issuer.sign({ ...claims, groups: [1] }))).claim, "groups");
  assert.equal((await api.refused(await api.issuer.sign({ ...claims, stage: 3 }))).claim, "stage");
});

test("a network, a missing role and a role for people refuse alike", async (context) => {
  const api = await jwtApi(context);
  await api.config();
  const role = { role_type: "jwt", user_claim: "sub", bound_audiences: "a", bound_subject: "s" };
  await api.role("r", { ...role, token_bound_cidrs: ["10.0.0.0/8"] });
  await api.role("p", {
    role_type: "oidc",
    user_claim: "sub",
    allowed_redirect_uris: "http://localhost:8250/oidc/callback",
  });
  const token = await api.issuer.sign({ sub: "s", aud: "a", ...api.times() });
  assert.match(String((await api.refused(token)).reason), /network/);
  assert.equal((await api.login(token, "r", "10.1.2.3")).status, 200);
  assert.match(String((await api.refused(token, "none")).reason), /no such role/);
  assert.match(String((await api.refused(token, "p")).reason), /people/);
});

/** What every token of a platform carries, bound by the role or not. */
const CARRIED: Readonly<Record<string, readonly string[]>> = {
  github: ["repository", "ref", "workflow_ref", "run_id"],
  gitlab: ["project_path", "ref", "ref_type", "pipeline_id", "job_id"],
  circleci: ["oidc.circleci.com/project-id"],
  buildkite: ["organization_slug", "pipeline_slug", "build_branch"],
  bitbucket: ["repositoryUuid"],
  "azure-devops": ["sub"],
  kubernetes: ["sub"],
};

test("a preset's tokens carry what every token of that platform does", async (context) => {
  const api = await jwtApi(context);
  assert.deepEqual(new Set(Object.keys(CARRIED)), new Set(jobs.map(({ preset }) => preset)));
  for (const [preset, carried] of Object.entries(CARRIED)) {
    const job = jobs.find((one) => one.preset === preset);
    assert.ok(job);
    await api.config({ jwks_url: `${api.issuer.address}/jwks`, bound_issuer: job.issuer });
    const role = {
      role_type: "jwt",
      preset,
      user_claim: "who",
      bound_audiences: "a",
      allow_broad: "shows a preset",
    };
    await api.role("r", role);
    const claims = { iss: job.issuer, aud: "a", who: "w", ...api.times() };
    const full = { ...claims, ...Object.fromEntries(carried.map((claim) => [claim, "x"])) };
    assert.equal((await api.login(await api.issuer.sign(full))).status, 200, preset);
    for (const claim of carried) {
      const { [claim]: _, ...without } = full as Record<string, unknown>;
      assert.equal((await api.refused(await api.issuer.sign(without))).claim, claim, preset);
    }
    await api.call("DELETE", "auth/jwt/role/r");
  }
});

test("an audience where the role binds none is refused", async (context) => {
  const api = await jwtApi(context);
  await api.config();
  const role = {
    role_type: "jwt",
    user_claim: "sub",
    bound_subject: "s",
    allow_broad: "this issuer knows no audiences",
  };
  await api.role("r", role);
  const claims = { sub: "s", ...api.times() };
  assert.equal((await api.login(await api.issuer.sign(claims))).status, 200);
  for (const aud of ["a", ["a"], ["a", "b"]])
    assert.equal((await api.refused(await api.issuer.sign({ ...claims, aud }))).claim, "aud");
});

test("a login costs one write, with batch tokens none", async (context) => {
  const api = await jwtApi(context);
  await api.config();
  const role = { role_type: "jwt", user_claim: "sub", bound_audiences: "a", bound_subject: "s" };
  await api.role("r", role);
  await api.role("b", { ...role, token_type: "batch" });
  const token = await api.issuer.sign({ sub: "s", aud: "a", ...api.times() });
  const costs = async (name: string): Promise<number> => {
    await api.login(token, name); // keys are fetched, counters made
    const before = api.writes();
    assert.equal((await api.login(token, name)).status, 200);
    return api.writes() - before;
  };
  assert.deepEqual([await costs("r"), await costs("b")], [1, 0]);
  const before = api.writes();
  await api.refused(`${token}x`);
  assert.equal(api.writes(), before, "a refused one costs none");
});
