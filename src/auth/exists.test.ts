/** Roles and users: whoever may only create does not change what is there, and whoever may only change makes nothing. */
import assert from "node:assert/strict";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import { openTestKernel } from "../../test/support/kernel.ts";

const ROWS: Readonly<Record<string, { readonly path: string; readonly body: object }>> = {
  approle: { path: "role/r", body: { token_policies: ["p"] } },
  kubernetes: {
    path: "role/r",
    body: { bound_service_account_names: ["s"], bound_service_account_namespaces: ["n"], audience: "a" },
  },
  userpass: { path: "users/r", body: { password: fake("pw-", 20) } },
};

test("create and update are told apart by what is there", async (context) => {
  const at = await openTestKernel();
  context.after(() => at.close());
  for (const [type, { path, body }] of Object.entries(ROWS)) {
    await at.call("POST", `sys/auth/${type}`, { body: { type } });
    const of = async (capability: string): Promise<string> => {
      const policy = `path "auth/${type}/*" { capabilities = ["${capability}"] }`;
      await at.call("POST", `sys/policies/acl/${type}-${capability}`, { body: { policy } });
      const made = await at.call("POST", "auth/token/create", {
        body: { policies: [`${type}-${capability}`] },
      });
      return String(made.json.auth?.client_token);
    };
    const [maker, changer] = [await of("create"), await of("update")];
    const write = async (token: string): Promise<number> =>
      (await at.call("POST", `auth/${type}/${path}`, { token, body })).status;
    if (type === "kubernetes") {
      const config = {
        kubernetes_host: "https://127.0.0.1:1",
        kubernetes_ca_cert: "",
        disable_local_ca_jwt: false,
      };
      await at.call("POST", `auth/${type}/config`, { body: config });
      assert.equal((await at.call("GET", `auth/${type}/role/none`)).status, 404);
    }
    assert.deepEqual(
      [await write(changer), await write(maker), await write(maker), await write(changer)],
      [403, 204, 403, 204],
      type,
    );
  }
});

test("a Kubernetes mount without its pod's own certificate needs another; a broad role says what is broad in it", async (context) => {
  const at = await openTestKernel();
  context.after(() => at.close());
  await at.call("POST", "sys/auth/kubernetes", { body: { type: "kubernetes" } });
  const config = async (more: object): Promise<number> =>
    (
      await at.call("POST", "auth/kubernetes/config", {
        body: { kubernetes_host: "https://127.0.0.1:1", ...more },
      })
    ).status;
  assert.equal(await config({ disable_local_ca_jwt: true }), 400);
  assert.equal(await config({ disable_local_ca_jwt: true, kubernetes_ca_cert: "certificate" }), 204);
  const role = "auth/kubernetes/role/r";
  const body = {
    bound_service_account_names: ["*"],
    bound_service_account_namespaces: ["n"],
    allow_broad: "every account of n is ours",
  };
  assert.equal((await at.call("POST", role, { body })).status, 204);
  const shown = (await at.call("GET", role)).json.data;
  assert.ok(Array.isArray(shown?.broad) && shown.broad.length > 0, "its findings");
  assert.equal("broad" in ((await at.call("GET", `${role}2`)).json.data ?? {}), false);
});
