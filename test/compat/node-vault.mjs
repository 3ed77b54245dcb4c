// What a team does with node-vault, unmodified. Throws at the first surprise; prints `done`.
import assert from "node:assert/strict";
import createVault from "node-vault";

const endpoint = process.env.VAULT_ADDR;
const vault = createVault({ apiVersion: "v1", endpoint, token: process.env.ROOT_TOKEN });
assert.equal((await vault.health()).sealed, false);
assert.equal((await vault.status()).initialized, true);
assert.ok((await vault.mounts())["secret/"]);
await vault.addPolicy({
  name: "nv",
  rules: 'path "secret/+/nv/*" { capabilities = ["create","read","update","patch","delete","list"] }',
});
assert.ok((await vault.policies()).policies.includes("nv"));
await vault.addApproleRole({ role_name: "nv", policies: "nv", token_ttl: 300 });
const { role_id } = (await vault.getApproleRoleId({ role_name: "nv" })).data;
const { secret_id } = (await vault.getApproleRoleSecret({ role_name: "nv" })).data;
const login = await vault.approleLogin({ role_id, secret_id });
assert.equal(login.auth.lease_duration, 300);

const app = createVault({ apiVersion: "v1", endpoint, token: login.auth.client_token });
const status = (wanted) => (error) => (error.response?.statusCode ?? error.response?.status) === wanted;
assert.equal((await app.write("secret/data/nv/a", { data: { key: "one", more: "x" } })).data.version, 1);
assert.equal((await app.read("secret/data/nv/a")).data.data.key, "one");
assert.deepEqual((await app.list("secret/metadata/nv")).data.keys, ["a"]);
assert.equal((await app.update("secret/data/nv/a", { data: { key: "two", more: null } })).data.version, 2);
assert.deepEqual((await app.read("secret/data/nv/a")).data.data, { key: "two" });
await app.delete("secret/data/nv/a");
await assert.rejects(app.read("secret/data/nv/a"), status(404));
await app.write("secret/undelete/nv/a", { versions: [2] });
assert.equal((await app.read("secret/data/nv/a")).data.data.key, "two");
await assert.rejects(app.read("secret/data/other"), (error) => status(403)(error) && /permission denied/.test(error.message));
assert.equal((await app.tokenLookupSelf()).data.meta.role_name, "nv");
await app.tokenRevokeSelf();
await assert.rejects(app.read("secret/data/nv/a"), status(403));
vault.token = process.env.ROOT_TOKEN; // node-vault takes the token of a login for its own
await vault.mount({ mount_point: "nvkv", type: "kv", options: { version: "2" } });
await vault.unmount({ mount_point: "nvkv" });
await vault.mount({ mount_point: "nvold", type: "kv", options: { version: "1" } });
await vault.write("nvold/app/a", { key: "one", ttl: "1h" });
const unversioned = await vault.read("nvold/app/a");
assert.deepEqual(unversioned.data, { key: "one", ttl: "1h" });
assert.equal(unversioned.lease_duration, 3600);
assert.deepEqual((await vault.list("nvold/app")).data.keys, ["a"]);
await vault.delete("nvold/app/a");
await assert.rejects(vault.read("nvold/app/a"), status(404));
await vault.unmount({ mount_point: "nvold" });
await vault.enableAuth({ mount_point: "userpass", type: "userpass" });
await vault.write("auth/userpass/users/ada", { password: "one two three", token_policies: "nv" });
const person = await createVault({ apiVersion: "v1", endpoint }).userpassLogin({
  username: "ada",
  password: "one two three",
});
assert.deepEqual(person.auth.policies, ["default", "nv"]);
await assert.rejects(
  createVault({ apiVersion: "v1", endpoint }).userpassLogin({ username: "ada", password: "other" }),
  /invalid username or password/,
);
await vault.disableAuth({ mount_point: "userpass" });
await vault.deleteApproleRole({ role_name: "nv" });
await vault.removePolicy({ name: "nv" });
process.stdout.write("done\n");
