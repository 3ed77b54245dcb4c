/** B2: roles in pairs that differ in exactly one condition. The broad one is refused with claim and line, the narrow one is taken. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { pluginApi } from "../../../test/support/plugin-api.ts";
import { startIssuer } from "../../../test/support/issuer.ts";
import { rolePairs } from "../../../test/support/trust-roles.ts";
import { lintPeople } from "../../trust/index.ts";
import { jwt } from "./index.ts";
import { issuerOfConfig } from "./rule.ts";
import type { Config } from "./store.ts";

test("of each pair of roles the narrow one is taken and the broad one refused, with the claim and the line to add", async (context) => {
  const issuer = await startIssuer();
  context.after(() => issuer.close());
  const api = await pluginApi(context, { authMethods: [jwt] });
  const mounts = new Map<string, string>();
  for (const { issuer: bound } of rolePairs) {
    if (mounts.has(bound)) continue;
    const path = `jwt-${mounts.size}`;
    mounts.set(bound, path);
    await api.kernel.services.mounts.mount("auth", `${path}/`, { type: "jwt" });
    const config = { jwt_validation_pubkeys: [issuer.key.pem], ...(bound !== "" && { bound_issuer: bound }) };
    assert.equal((await api.call("POST", `auth/${path}/config`, config)).status, 204);
  }
  let roles = 0;
  for (const [index, { name, issuer: bound, narrow, broad, claim, line }] of rolePairs.entries()) {
    const path = `auth/${mounts.get(bound)}/role/r${index}`;
    const refused = await api.call("POST", path, broad);
    assert.equal(refused.status, 400, `${name}: the broad role was taken`);
    const said = refused.errors.join();
    assert.ok(said.includes(`\`${claim}\`: `), `${name}: ${said}`);
    assert.match(said, line, name);
    assert.equal((await api.call("GET", path)).status, 404, `${name}: nothing is stored`);
    const taken = await api.call("POST", path, narrow);
    assert.equal(taken.status, 204, `${name}: the narrow role was refused: ${taken.errors.join()}`);
    await api.call("DELETE", path);
    const overridden = await api.call("POST", path, { ...broad, allow_broad: `trial ${index}` });
    assert.equal(overridden.status, 204, `${name}: ${overridden.errors.join()}`);
    const shown = await api.call("GET", path);
    assert.equal(shown.get("data.allow_broad"), `trial ${index}`);
    assert.ok((shown.get("data.broad") as readonly string[]).some((one) => one.includes(`\`${claim}\``)));
    roles += 2;
  }
  assert.ok(roles >= 60, `${roles} roles`);
  const log = globSync("audit/**/*", { cwd: api.folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
  for (const index of rolePairs.keys())
    assert.ok(
      log.includes(`"allow_broad":"trial ${index}"`),
      "the override stands in the audit log in clear",
    );
});

test("an update cannot widen a role by the way, nor drop the reason and stay wide", async (context) => {
  const api = await pluginApi(context, { authMethods: [jwt] });
  const issuer = await startIssuer();
  context.after(() => issuer.close());
  await api.kernel.services.mounts.mount("auth", "jwt/", { type: "jwt" });
  await api.call("POST", "auth/jwt/config", {
    jwt_validation_pubkeys: [issuer.key.pem],
    bound_issuer: "https://token.actions.githubusercontent.com",
  });
  const path = "auth/jwt/role/r";
  const [pair] = rolePairs;
  assert.equal((await api.call("POST", path, pair?.narrow)).status, 204);
  const widened = await api.call("POST", path, { role_type: "jwt", bound_claims: {} });
  assert.equal(widened.status, 400);
  assert.deepEqual((await api.call("GET", path)).get("data.bound_claims"), pair?.narrow.bound_claims);
  assert.equal(
    (await api.call("POST", path, { role_type: "jwt", bound_claims: {}, allow_broad: "moving house" }))
      .status,
    204,
  );
  assert.equal((await api.call("POST", path, { role_type: "jwt", allow_broad: "" })).status, 400);
  assert.equal((await api.call("POST", path, { role_type: "jwt", allow_broad: "   " })).status, 400);
});

const GITHUB = "https://token.actions.githubusercontent.com";
const NARROW = {
  role_type: "jwt",
  preset: "github",
  user_claim: "repository",
  bound_audiences: ["bulkhead"],
  bound_claims: {
    repository: "acme/fraud",
    ref: "refs/heads/main",
    workflow_ref: "acme/fraud/.github/workflows/train.yml@refs/heads/main",
  },
};

test("a key set's address is recognized however it is written", () => {
  for (const jwks_url of [
    `${GITHUB}/.well-known/jwks`,
    "https://TOKEN.actions.githubusercontent.com/.well-known/jwks",
    "https://token.actions.githubusercontent.com:443/.well-known/jwks",
    `${GITHUB}//.well-known//jwks`,
    `${GITHUB}/.well-known/jwks?a=b`,
    `${GITHUB}/x/../.well-known/jwks`,
    `${GITHUB}/%2ewell-known/jwks`,
  ]) {
    const config = { bound_issuer: "", oidc_discovery_url: "", jwks_url } as Config;
    assert.equal(issuerOfConfig(config)?.id, "github", jwks_url);
  }
});

test("a preset is no way around the issuer that the mount trusts later", async (context) => {
  const issuer = await startIssuer();
  context.after(() => issuer.close());
  const api = await pluginApi(context, { authMethods: [jwt] });
  await api.kernel.services.mounts.mount("auth", "jwt/", { type: "jwt" });
  const role = {
    role_type: "jwt",
    preset: "azure-devops",
    bound_audiences: ["a"],
    bound_subject: "sc://o/p/s",
  };
  assert.equal((await api.call("POST", "auth/jwt/role/r", role)).status, 204);
  const config = { jwt_validation_pubkeys: [issuer.key.pem], bound_issuer: GITHUB };
  const refused = await api.call("POST", "auth/jwt/config", config);
  assert.equal(refused.status, 400);
  assert.match(refused.errors.join(), /role r has the preset azure-devops/);
});

test("who logs in is not named by what a job's author chooses", async (context) => {
  const api = await pluginApi(context, { authMethods: [jwt] });
  await api.kernel.services.mounts.mount("auth", "jwt/", { type: "jwt" });
  for (const user_claim of ["workflow", "head_ref", "base_ref", "ref", "environment", "event_name"]) {
    const refused = await api.call("POST", "auth/jwt/role/r", { ...NARROW, user_claim });
    assert.equal(refused.status, 400, user_claim);
    assert.match(refused.errors.join(), /another job's name could be taken; add "user_claim": "repository"/);
  }
  for (const user_claim of ["sub", "repository", "repository_id", "actor", "workflow_ref", "run_id"])
    assert.equal(
      (await api.call("POST", "auth/jwt/role/r", { ...NARROW, user_claim })).status,
      204,
      user_claim,
    );
});

test("at a provider for everybody a claim that everybody has is no condition", () => {
  for (const [claim, value, narrow] of [
    ["email_verified", true, false],
    ["iss", "https://accounts.google.com", false],
    ["hd", "example.com", true],
    ["email", "a@example.com", true],
  ] as const) {
    const conditions = [{ claim, operator: "equals", values: [value] }] as const;
    const found = lintPeople({ audiences: [], conditions }, "https://accounts.google.com");
    assert.equal(found.length === 0, narrow, claim);
  }
});
