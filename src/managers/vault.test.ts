import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { startBao } from "../../test/support/bao.ts";
import { fake } from "../../test/support/fake.ts";
import { NO_PIP } from "../../test/support/python.ts";
import { rest } from "../../test/support/rest.ts";
import { listReferences, parseReference, resolveReference } from "./index.ts";

test("a real server's KV of both versions and other engines are read, by its own variables", async (t) => {
  const bao = await startBao();
  if (bao === null) return t.skip(NO_PIP);
  t.after(() => bao.stop());
  const home = mkdtempSync(join(tmpdir(), "bulkhead-vault-"));
  t.after(() => rmSync(home, { recursive: true }));
  const api = rest(bao.address, bao.token);
  t.after(() => api.close());
  const [old, now, first] = [fake("", 30), fake("", 30), fake("", 30)];
  await api("POST", "secret/data/ml/openai", { data: { api_key: old } });
  await api("POST", "secret/data/ml/openai", { data: { api_key: now, org: "acme" } });
  await api("POST", "sys/mounts/team/one", { type: "kv", options: { version: "1" } });
  await api("POST", "team/one/ml/hub", { token: first });
  await api("POST", "sys/mounts/transit", { type: "transit" });
  await api("POST", "transit/keys/k", {});
  await api("PUT", "sys/policies/acl/reader", {
    policy: 'path "secret/data/ml/*" { capabilities = ["read"] }',
  });
  const reader = (await api("POST", "auth/token/create", { policies: ["reader"] })).json.auth
    ?.client_token as unknown as string;
  writeFileSync(join(home, ".vault-token"), `${bao.token}\n`);
  const env = { VAULT_ADDR: bao.address, VAULT_TOKEN: bao.token, HOME: home };
  const fieldsOf = async (
    text: string,
    variables: Record<string, string> = env,
  ): Promise<Record<string, string>> => {
    const { fields } = await resolveReference(parseReference(text), { env: variables, cwd: "/" });
    return Object.fromEntries([...fields].map(([name, value]) => [name, value.revealText()]));
  };
  assert.deepEqual(await fieldsOf("vault://secret/ml/openai#api_key"), { api_key: now });
  assert.deepEqual(
    await fieldsOf("vault://secret/data/ml/openai#api_key"),
    { api_key: now },
    "as the API has it",
  );
  assert.deepEqual(await fieldsOf("vault://secret/ml/openai?version=1#api_key"), { api_key: old });
  assert.equal(
    (await resolveReference(parseReference("vault://secret/ml/openai"), { env, cwd: "/" })).version,
    "2",
  );
  assert.deepEqual(await fieldsOf("vault://team/one/ml/hub#token"), { token: first });
  assert.deepEqual(await fieldsOf("vault://transit/keys/k#type"), { type: "aes256-gcm96" });
  assert.deepEqual(await fieldsOf("vault://secret/ml/openai#org", { VAULT_ADDR: bao.address, HOME: home }), {
    org: "acme",
  });
  const limited = { ...env, VAULT_TOKEN: reader };
  assert.deepEqual(await fieldsOf("vault://secret/ml/openai#org", limited), { org: "acme" });
  const listed = await listReferences(parseReference("vault://secret/ml/"), { env, cwd: "/" });
  assert.deepEqual(listed, [{ name: "openai", reference: "vault://secret/ml/openai" }]);

  await assert.rejects(fieldsOf("vault://secret/ml/none"), { code: "reference.absent" });
  await assert.rejects(fieldsOf("vault://secret/ml/openai#none"), {
    code: "reference.no-field",
    hint: "it has api_key, org, value",
  });
  await assert.rejects(fieldsOf("vault://team/one/ml/hub", limited), { code: "reference.refused" });
  await assert.rejects(fieldsOf("vault://secret/ml/openai", { ...env, VAULT_TOKEN: fake("s.", 24) }), {
    code: "reference.refused",
  });
  await assert.rejects(fieldsOf("vault://secret/../sys/x"), { code: "reference.bad-place" });
  await assert.rejects(fieldsOf("vault://secret/ml/openai", { HOME: home }), {
    code: "reference.no-identity",
  });
  await assert.rejects(
    fieldsOf("vault://secret/ml/openai", { VAULT_ADDR: bao.address, HOME: "/nonexistent" }),
    { code: "reference.no-identity" },
  );
  await bao.stop();
  await assert.rejects(fieldsOf("vault://secret/ml/openai"), { code: "reference.unreachable" });
});
