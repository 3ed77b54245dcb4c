import assert from "node:assert/strict";
import test from "node:test";
import { openTestKernel } from "../../../test/support/kernel.ts";

test("policies are written in several forms and read as they were", async () => {
  const at = await openTestKernel();
  const policy = 'path "secret/data/x" { capabilities = ["read"] }\n';
  const put = async (name: string, body: object) =>
    await at.call("PUT", `sys/policies/acl/${name}`, { body });
  assert.equal((await put("plain", { policy })).status, 204);
  assert.equal((await put("Coded", { policy: Buffer.from(policy).toString("base64") })).status, 204);
  for (const name of ["plain", "coded", "CODED"]) {
    const { data } = (await at.call("GET", `sys/policies/acl/${name}`)).json;
    assert.deepEqual(data, { name: name.toLowerCase(), policy });
  }
  assert.deepEqual((await at.call("GET", "sys/policy/plain")).json.data, { name: "plain", rules: policy });
  const names = (await at.call("LIST", "sys/policies/acl")).json.data?.keys;
  assert.deepEqual(names, ["coded", "default", "plain", "root"]);
  for (const bad of [{ policy: "path {" }, { policy: "" }, {}, { policy: { a: 1 } }])
    assert.equal((await put("bad", bad)).status, 400, JSON.stringify(bad));
  assert.equal((await put("x".repeat(600), { policy })).status, 400);
  assert.equal((await put("root", { policy })).status, 400);
  assert.equal((await at.call("DELETE", "sys/policies/acl/default")).status, 400);
  assert.equal((await put("default", { policy })).status, 204, "but it may be replaced");
  await at.close();
});

test("a changed policy counts at once, here and in the other process", async () => {
  const at = await openTestKernel();
  const other = await at.second();
  const write = async (capability: string) =>
    await at.call("PUT", "sys/policies/acl/p", {
      body: { policy: `path "sys/mounts" { capabilities = ["${capability}"] }` },
    });
  await write("read");
  const made = await at.call("POST", "auth/token/create", { body: { policies: ["p"] } });
  const token = String(made.json.auth?.client_token);
  const statuses = async (): Promise<number[]> => [
    (await at.call("GET", "sys/mounts", { token })).status,
    (await other.call("GET", "sys/mounts", { token })).status,
  ];
  assert.deepEqual(await statuses(), [200, 200]);
  await write("deny");
  assert.deepEqual(await statuses(), [403, 403]);
  await write("read");
  assert.deepEqual(await statuses(), [200, 200]);
  await at.call("DELETE", "sys/policies/acl/p");
  assert.deepEqual(await statuses(), [403, 403]);
  await other.close();
  await at.close();
});

test("capabilities of very many paths at once are refused", async () => {
  const at = await openTestKernel();
  const ask = async (count: number): Promise<number> =>
    (await at.call("POST", "sys/capabilities-self", { body: { paths: "a,".repeat(count) } })).status;
  assert.deepEqual([await ask(1_000), await ask(1_001)], [200, 400]);
  await at.close();
});

test("capabilities, also of what is unknown", async () => {
  const at = await openTestKernel();
  const self = await at.call("POST", "sys/capabilities-self", { body: { path: "any/thing" } });
  assert.deepEqual(self.json.data, { "any/thing": ["root"], capabilities: ["root"] });
  const made = await at.call("POST", "auth/token/create", { body: { policies: ["default"] } });
  const token = String(made.json.auth?.client_token);
  const two = await at.call("POST", "sys/capabilities", {
    body: { token, paths: ["cubbyhole/x", "secret/x"] },
  });
  assert.deepEqual(two.json.data, {
    "cubbyhole/x": ["create", "delete", "list", "read", "update"],
    "secret/x": ["deny"],
  });
  assert.equal(
    (await at.call("POST", "sys/capabilities", { body: { token: "no", paths: "x" } })).status,
    400,
  );
  await at.close();
});

test("a login cannot give the root policy", async () => {
  const at = await openTestKernel();
  const { tokens } = at.kernel.services;
  const grant = { policies: ["root"], metadata: {}, displayName: "x" };
  await assert.rejects(tokens.issue(grant, { path: "auth/approle/login", parent: null }), /root tokens/);
  await assert.rejects(
    tokens.issue({ ...grant, policies: ["root", "a"] }, { path: "auth/approle/login", parent: null }),
    /root/,
  );
  await at.close();
});

test("health before initialization and the status codes asked for", async () => {
  const at = await openTestKernel();
  for (const [code, status] of [
    ["299", 299],
    ["1000", 400],
    ["x", 400],
  ] as const)
    assert.equal(
      (await at.call("GET", "sys/health", { token: null, query: { activecode: code } })).status,
      status,
    );
  const body = (await at.call("GET", "sys/health", { token: null })).json as unknown as Record<
    string,
    unknown
  >;
  assert.deepEqual([body.initialized, body.sealed, body.version], [true, false, "1.16.0"]);
  assert.match(String(body.cluster_id), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  await at.close();
});

test("a rotated key goes on opening what older ones closed", async () => {
  const at = await openTestKernel();
  const other = await at.second();
  assert.equal((await at.call("GET", "sys/key-status")).json.term, 1 as unknown);
  assert.equal((await at.call("PUT", "sys/rotate")).status, 204);
  assert.equal((await at.call("GET", "sys/key-status")).json.term, 2 as unknown);
  const made = await at.call("POST", "auth/token/create", { body: {} });
  const token = String(made.json.auth?.client_token);
  assert.equal((await other.call("GET", "auth/token/lookup-self", { token })).status, 200);
  assert.equal((await other.call("GET", "auth/token/lookup-self")).status, 200);
  await other.close();
  await at.close();
});
