/** The page of what is not offered says what a live OpenBao and Bulkhead's declarations say, with a reason for each gap. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { NOT_OFFERED_PAGE, notOfferedPage } from "../../tools/not-offered.ts";
import { startBao } from "../support/bao.ts";
import { pluginApi } from "../support/plugin-api.ts";
import { NO_PIP } from "../support/python.ts";
import { approle } from "../../src/auth/approle/index.ts";
import { sys } from "../../src/engines/sys/index.ts";

test("docs/not-offered.md is what the two servers say of themselves", async (context) => {
  const bao = await startBao();
  if (bao === null) return context.skip(NO_PIP);
  context.after(() => bao.stop());
  const page = readFileSync(join(import.meta.dirname, "..", "..", NOT_OFFERED_PAGE), "utf8");
  assert.equal(await notOfferedPage(bao), page, "run `node tools/not-offered.ts`");
});

test("a field that is not offered is refused with a value, and taken without one", async (context) => {
  const api = await pluginApi(context, { engines: [sys], authMethods: [approle] });
  await api.kernel.services.mounts.mount("auth", "approle/", { type: "approle" });
  for (const [path, field, value] of [
    ["auth/approle/role/r", "token_strictly_bind_ip", true],
    ["sys/policies/acl/p", "ttl", "1h"],
    ["sys/policies/acl/p", "cas", 1],
  ] as const) {
    const rest = { policy: 'path "a" { capabilities = ["read"] }' };
    const refused = await api.call("POST", path, { ...rest, [field]: value });
    assert.deepEqual([refused.status, refused.errors], [400, [`${field} is not offered`]]);
    for (const empty of [null, typeof value === "string" ? "" : typeof value === "number" ? 0 : false])
      assert.equal((await api.call("POST", path, { ...rest, [field]: empty })).status, 204, path);
  }
});
