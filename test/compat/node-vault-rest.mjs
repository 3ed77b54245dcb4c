// node-vault's commands that node-vault.mjs does not use, unmodified. Throws at the first surprise; prints `done`.
import assert from "node:assert/strict";
import createVault from "node-vault";

const endpoint = process.env.VAULT_ADDR;
const vault = createVault({ apiVersion: "v1", endpoint, token: process.env.ROOT_TOKEN });
/** node-vault takes every token that an answer holds for its own. */
const asRoot = async (answer) => {
  const { auth } = await answer;
  vault.token = process.env.ROOT_TOKEN;
  return auth;
};
const b64 = (text) => Buffer.from(text).toString("base64");

assert.ok((await vault.auths())["token/"]);
assert.equal((await vault.getPolicy({ name: "default" })).name, "default");
assert.equal(typeof (await vault.leader()).ha_enabled, "boolean");
await vault.rotate();
await vault.enableAudit({ name: "nv", type: "file", options: { file_path: process.env.AUDIT_FILE } });
assert.ok((await vault.audits())["nv/"]);
await vault.disableAudit({ name: "nv" });

await vault.addTokenRole({ role_name: "nv", allowed_policies: "default", renewable: true });
assert.deepEqual((await vault.tokenRoles()).data.keys, ["nv"]);
assert.equal((await vault.getTokenRole({ role_name: "nv" })).data.name, "nv");
const byRole = await asRoot(vault.tokenCreateRole({ role_name: "nv", ttl: "10m" }));
const child = await asRoot(vault.tokenCreate({ policies: ["default"], ttl: "10m" }));
const orphan = await asRoot(vault.tokenCreateOrphan({ policies: ["default"], ttl: "10m" }));
assert.equal((await vault.tokenLookup({ token: child.client_token })).data.accessor, child.accessor);
assert.equal((await vault.tokenLookupAccessor({ accessor: orphan.accessor })).data.orphan, true);
assert.ok((await vault.tokenAccessors()).data.keys.includes(child.accessor));
const renewed = await asRoot(vault.tokenRenew({ token: child.client_token, increment: 300 }));
assert.ok(renewed.lease_duration <= 600);
const own = createVault({ apiVersion: "v1", endpoint, token: orphan.client_token });
assert.ok((await own.tokenRenewSelf({ increment: 300 })).auth.renewable);
await vault.tokenRevoke({ token: child.client_token });
await vault.tokenRevokeAccessor({ accessor: orphan.accessor });
await vault.tokenRevokeOrphan({ token: byRole.client_token });
await vault.removeTokenRole({ role_name: "nv" });
await assert.rejects(vault.tokenLookup({ token: child.client_token }), /bad token/);

await vault.addApproleRole({ role_name: "nvr", policies: "default" });
assert.ok((await vault.approleRoles()).data.keys.includes("nvr"));
assert.deepEqual((await vault.getApproleRole({ role_name: "nvr" })).data.token_policies, ["default"]);
await vault.updateApproleRoleId({ role_name: "nvr", role_id: "nv-role-id" });
const made = (await vault.getApproleRoleSecret({ role_name: "nvr" })).data;
const secret = { role_name: "nvr", secret_id: made.secret_id };
assert.equal((await vault.approleSecretLookup(secret)).data.secret_id_accessor, made.secret_id_accessor);
assert.equal((await vault.approleSecretAccessors({ role_name: "nvr" })).data.keys.length, 1);
const accessor = { role_name: "nvr", secret_id_accessor: made.secret_id_accessor };
assert.ok((await vault.approleSecretAccessorLookup(accessor)).data.creation_time);
await vault.approleSecretAccessorDestroy(accessor);
const second = (await vault.getApproleRoleSecret({ role_name: "nvr" })).data;
await vault.approleSecretDestroy({ role_name: "nvr", secret_id: second.secret_id });
await assert.rejects(vault.approleLogin({ role_id: "nv-role-id", secret_id: second.secret_id }), /invalid/);
await vault.deleteApproleRole({ role_name: "nvr" });

await vault.mount({ mount_point: "transit", type: "transit" });
await vault.transitCreateKey({ name: "nv" });
assert.deepEqual((await vault.transitListKeys()).data.keys, ["nv"]);
assert.equal((await vault.transitReadKey({ name: "nv" })).data.latest_version, 1);
const { ciphertext } = (await vault.encryptData({ name: "nv", plaintext: b64("hello") })).data;
const rewrapped = (await vault.rewrapData({ name: "nv", ciphertext })).data.ciphertext;
assert.equal((await vault.decryptData({ name: "nv", ciphertext: rewrapped })).data.plaintext, b64("hello"));
await assert.rejects(vault.transitDeleteKey({ name: "nv" }), /deletion is not allowed/);
await vault.remount({ from: "transit", to: "moved" });
await vault.unmount({ mount_point: "moved" });

await vault.write("secret/data/nv/x", { data: { a: "b" } });
await vault.destroySecretVersions({ path: "nv/x", versions: [1] });
assert.equal((await vault.read("secret/metadata/nv/x")).data.versions["1"].destroyed, true);
const wrapping = await fetch(`${endpoint}/v1/sys/wrapping/wrap`, {
  method: "POST",
  headers: { "X-Vault-Token": process.env.ROOT_TOKEN, "X-Vault-Wrap-TTL": "60s" },
  body: JSON.stringify({ a: "b" }),
});
const { wrap_info } = await wrapping.json();
assert.deepEqual((await vault.unwrap({ token: wrap_info.token })).data, { a: "b" });

await vault.mount({ mount_point: "nvpki", type: "pki" });
await vault.write("nvpki/root/generate/internal", { common_name: "Root" });
await vault.write("nvpki/roles/web", { allow_any_name: true, generate_lease: true, ttl: "1h" });
const issued = () => vault.write("nvpki/issue/web", { common_name: "a.example.com" });
await assert.rejects(vault.renew({ lease_id: (await issued()).lease_id }), /not renewable/);
await vault.revoke({ lease_id: (await issued()).lease_id });
await vault.revokePrefix({ path_prefix: "nvpki" });
await vault.unmount({ mount_point: "nvpki" });
process.stdout.write("done\n");
