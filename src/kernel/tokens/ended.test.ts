/** Notes that end batch tokens: which tokens a note covers, and that the same note again is a later one. (Many of them: batch.test.ts.) */
import assert from "node:assert/strict";
import test from "node:test";
import { openTestKernel } from "../../../test/support/kernel.ts";

test("a note ends what has all its pairs and was made before it, nothing else", async (context) => {
  const kernel = await openTestKernel();
  context.after(() => kernel.close());
  const { call, clock } = kernel;
  await call("POST", "sys/auth/approle", { body: { type: "approle" } });
  const token = async (name: string, metadata: Readonly<Record<string, string>>): Promise<string> => {
    const body = { token_policies: "default", token_type: "batch", token_metadata: metadata };
    await call("POST", `auth/approle/role/${name}`, { body });
    const id = await call("GET", `auth/approle/role/${name}/role-id`);
    const secret = await call("POST", `auth/approle/role/${name}/secret-id`, { body: {} });
    const login = { role_id: id.json.data?.role_id, secret_id: secret.json.data?.secret_id };
    return String(
      (await call("POST", "auth/approle/login", { body: login, token: null })).json.auth?.client_token,
    );
  };
  const lives = async (one: string): Promise<boolean> =>
    (await call("GET", "auth/token/lookup-self", { token: one })).status === 200;
  const both = await token("both", { project: "p", stage: "a" });
  const half = await token("half", { project: "p", stage: "b" });
  const { tokens } = kernel.kernel.services;
  await tokens.revokeWhere({ project: "p", stage: "a" }, { batches: true });
  assert.deepEqual([await lives(both), await lives(half)], [false, true]);
  clock.advance(1);
  const later = await token("both", { project: "p", stage: "a" });
  assert.ok(await lives(later));
  await tokens.revokeWhere({ project: "p", stage: "a" }, { batches: true });
  assert.ok(!(await lives(later)), "the same note again is a later one");
});
