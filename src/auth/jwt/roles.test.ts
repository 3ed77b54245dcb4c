/** Roles and configurations as they are written and read: leeways, presets, breadth, and who may make and who change one. */
import assert from "node:assert/strict";
import test from "node:test";
import { makeCertificate } from "../../../test/support/certificates.ts";
import { jwtApi } from "../../../test/support/jwt-api.ts";
import { issuerOfRole } from "./rule.ts";

const GITHUB = "https://token.actions.githubusercontent.com";
const narrow = { role_type: "jwt", user_claim: "sub", bound_audiences: "a", bound_subject: "s" };

test("a role's leeways are spans or seconds, also below zero", async (context) => {
  const api = await jwtApi(context);
  for (const [given, seconds] of [
    ["1m", 60],
    ["-1m", -60],
    [90, 90],
    ["-5", -5],
  ] as const) {
    await api.role("r", { ...narrow, clock_skew_leeway: given });
    assert.equal((await api.call("GET", "auth/jwt/role/r")).get("data.clock_skew_leeway"), seconds);
  }
});

test("roles are listed, read and deleted by their names, in any case", async (context) => {
  const api = await jwtApi(context);
  assert.equal((await api.call("LIST", "auth/jwt/role")).status, 404);
  await api.role("One", narrow);
  await api.role("two", narrow);
  assert.deepEqual((await api.call("LIST", "auth/jwt/role")).get("data.keys"), ["one", "two"]);
  for (const name of ["-x", "x-", "a b", "x".repeat(256)]) {
    assert.equal((await api.call("POST", `auth/jwt/role/${name}`, narrow)).status, 404, name);
    assert.equal((await api.call("GET", `auth/jwt/role/${name}`)).status, 404, name);
  }
  assert.equal((await api.call("DELETE", "auth/jwt/role/ONE")).status, 204);
  assert.deepEqual((await api.call("LIST", "auth/jwt/role")).get("data.keys"), ["two"]);
});

test("who may create a role alone changes none, who may change them alone creates none", async (context) => {
  const api = await jwtApi(context);
  await api.config();
  const as = async (capability: string): Promise<{ token: string }> => {
    await api.kernel.services.policies.put(
      capability,
      `path "auth/jwt/role/*" { capabilities = ["${capability}"] }`,
    );
    await api.role(capability, { ...narrow, token_policies: capability });
    const made = await api.login(await api.issuer.sign({ aud: "a", sub: "s", ...api.times() }), capability);
    return { token: made.textAt("auth.client_token") };
  };
  const [create, update] = [await as("create"), await as("update")];
  const write = async (by: { token: string }): Promise<number> =>
    (await api.call("POST", "auth/jwt/role/r", narrow, by)).status;
  assert.equal(await write(update), 403);
  assert.equal(await write(create), 204);
  assert.equal(await write(create), 403);
  assert.equal(await write(update), 204);
});

test("a role bound to networks alone is one that says why", async (context) => {
  const api = await jwtApi(context);
  const open = { role_type: "jwt", user_claim: "sub", allow_broad: "the runners' network" };
  const write = (body: object) => api.call("POST", "auth/jwt/role/r", body);
  assert.match((await write(open)).errors.join(), /at least one bound constraint/);
  assert.equal((await write({ ...open, token_bound_cidrs: "10.0.0.0/8" })).status, 204);
  const shown = await api.call("GET", "auth/jwt/role/r");
  assert.ok((shown.get("data.broad") as string[]).length > 0, "what is broad about it is shown");
  await api.role("n", narrow);
  assert.ok(!("broad" in ((await api.call("GET", "auth/jwt/role/n")).get("data") as object)));
});

test("a preset agrees with what the mount trusts, then and later", async (context) => {
  const api = await jwtApi(context);
  const jwks = { jwks_url: `${api.issuer.address}/jwks` };
  const config = (body: object) => api.call("POST", "auth/jwt/config", { ...jwks, ...body });
  const claims = {
    repository: "acme/app",
    ref: "refs/heads/main",
    workflow_ref: "acme/app/.github/workflows/x.yml@refs/heads/main",
  };
  const github = {
    ...narrow,
    bound_subject: "repo:acme/app:ref:refs/heads/main",
    preset: "github",
    bound_claims: claims,
  };
  const write = (body: object) => api.call("POST", "auth/jwt/role/r", body);
  assert.equal((await config({})).status, 204);
  const made = await write(github);
  assert.equal(made.status, 204, made.text);
  assert.equal((await config({})).status, 204, "a mount that trusts nobody known takes any preset");
  assert.equal((await config({ bound_issuer: GITHUB })).status, 204, "and its own");
  assert.match(
    (await config({ bound_issuer: "https://gitlab.com" })).errors.join(),
    /role r has the preset github/,
  );
  assert.match(
    (await write({ ...github, preset: "gitlab" })).errors.join(),
    /the preset is gitlab, but this mount trusts/,
  );
  await write({ ...narrow, preset: "", bound_claims: {}, bound_subject: "x", allow_broad: "for now" });
  assert.equal((await config({ bound_issuer: GITHUB })).status, 204, "a role that says why stands");
});

test("who issues a role's tokens is known by any issuer it binds", () => {
  const bound = (iss: unknown) => issuerOfRole({ preset: "", bound_claims: { iss } as never }, null)?.id;
  assert.equal(bound(GITHUB), "github");
  assert.equal(bound(["https://unknown.example", GITHUB]), "github");
  assert.equal(bound(["https://unknown.example", 1]), undefined);
});

test("certificates to trust are in PEM, or none", async (context) => {
  const api = await jwtApi(context);
  const write = (pem: string) =>
    api.call("POST", "auth/jwt/config", { jwks_url: `${api.issuer.address}/jwks`, jwks_ca_pem: pem });
  for (const pem of ["", makeCertificate({ cn: "CA", ca: true }).pem])
    assert.equal((await write(pem)).status, 204);
  assert.match((await write("x")).errors.join(), /jwks_ca_pem/);
});
