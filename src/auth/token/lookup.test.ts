/** What a look-up shows of a token: every member that is there, and none that is not. */
import assert from "node:assert/strict";
import test from "node:test";
import { openTestKernel } from "../../../test/support/kernel.ts";

test("a look-up shows what a token has, and leaves out what it has not", async (context) => {
  const at = await openTestKernel();
  context.after(() => at.close());
  const make = async (body: object, role?: string) =>
    (await at.call("POST", `auth/token/create${role === undefined ? "" : `/${role}`}`, { body })).json.auth;
  const shown = async (auth: Awaited<ReturnType<typeof make>>): Promise<Record<string, unknown>> => {
    const answer = await at.call("GET", "auth/token/lookup-self", { token: String(auth?.client_token) });
    const { accessor, creation_time, expire_time, id, issue_time, ...rest } = answer.json.data as Record<
      string,
      unknown
    >;
    assert.deepEqual([accessor, id], [auth?.accessor, auth?.client_token]);
    assert.ok([creation_time, expire_time, issue_time].every((one) => one !== undefined && one !== null));
    return rest;
  };
  const plain = {
    creation_ttl: 60,
    display_name: "token",
    entity_id: "",
    explicit_max_ttl: 0,
    meta: null,
    num_uses: 0,
    orphan: false,
    path: "auth/token/create",
    policies: ["default", "p"],
    renewable: true,
    ttl: 60,
    type: "service",
  };
  assert.deepEqual(await shown(await make({ policies: ["p"], ttl: "60s" })), plain);
  await at.call("POST", "auth/token/roles/r", {
    body: {
      allowed_policies: ["p"],
      orphan: true,
      token_period: "2m",
      token_bound_cidrs: ["127.0.0.0/8"],
      token_explicit_max_ttl: "10m",
    },
  });
  const full = await make({ policies: ["p"], meta: { run: "7" }, display_name: "ci", num_uses: 5 }, "r");
  assert.deepEqual(await shown(full), {
    ...plain,
    bound_cidrs: ["127.0.0.0/8"],
    creation_ttl: 120,
    display_name: "token-ci",
    explicit_max_ttl: 600,
    meta: { run: "7" },
    num_uses: 4,
    orphan: true,
    path: "auth/token/create/r",
    period: 120,
    role: "r",
    ttl: 120,
  });
});
