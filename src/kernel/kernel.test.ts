import assert from "node:assert/strict";
import test from "node:test";
import { openTestKernel } from "../../test/support/kernel.ts";

test("sys/health and a token's life", async () => {
  const at = await openTestKernel();
  const health = await at.call("GET", "sys/health", { token: null });
  assert.equal(health.status, 200, health.text);
  const self = await at.call("GET", "auth/token/lookup-self");
  assert.equal(self.status, 200, self.text);
  assert.deepEqual(self.json.data?.policies, ["root"]);
  const made = await at.call("POST", "auth/token/create", { body: { policies: ["a"], ttl: "1h" } });
  assert.equal(made.status, 200, made.text);
  await at.close();
});
