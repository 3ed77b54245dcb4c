/** Batch tokens: the written form, what they may not do, and everything that ends them. */
import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { type Answer, type TestKernel, openTestKernel, secretOf } from "../../../test/support/kernel.ts";
import { scale } from "../../../test/support/scale.ts";
import { toyEngine } from "../../../test/support/toy-engine.ts";
import { type BatchRecord, openBatch, sealBatch } from "./batch.ts";

const HOUR = 3_600_000;
const self = "auth/token/lookup-self";
const key = createSecretKey(Buffer.from(Array.from({ length: 32 }, (_, index) => index)));
const RECORD: BatchRecord = {
  policies: ["default"],
  metadata: {},
  displayName: "token",
  path: "auth/token/create",
  parent: "",
  created: 0,
  creationTtl: 60_000,
  boundCidrs: [],
  role: "",
  entityId: "",
  expires: 60_000,
  mount: "",
};

async function make(at: TestKernel, body: object, token?: string): Promise<string> {
  const made = await at.call("POST", "auth/token/create", {
    body: { type: "batch", ...body },
    ...(token === undefined ? {} : { token }),
  });
  assert.equal(made.status, 200, made.text);
  assert.equal(made.json.auth?.token_type, "batch" as unknown);
  return String(made.json.auth?.client_token);
}
const service = async (at: TestKernel, body: object): Promise<string> =>
  String((await at.call("POST", "auth/token/create", { body })).json.auth?.client_token);
const use = async (at: TestKernel, token: string): Promise<number> =>
  (await at.call("GET", self, { token })).status;

test("the written form is the specification's", () => {
  const spec = readFileSync(join(import.meta.dirname, "../../../docs/spec/batch-token.md"), "utf8");
  const salt = Buffer.from(Array.from({ length: 16 }, (_, index) => 0xa0 + index));
  const token = sealBatch(key, RECORD, salt);
  assert.ok(spec.includes(`    ${JSON.stringify(RECORD)}\n`));
  assert.equal(/^ {4}(hvb\.\S+)$/m.exec(spec)?.[1], token.revealText());
  assert.deepEqual(openBatch(key, token), RECORD);
});

test("what was changed, cut, lengthened or made elsewhere does not open", () => {
  const text = sealBatch(key, RECORD).revealText();
  assert.deepEqual(openBatch(key, secretOf(text)), RECORD, "the control");
  for (const prefix of ["hvs.", "HVB.", "hvb_", ""])
    assert.equal(openBatch(key, secretOf(text.replace("hvb.", prefix))), null, `under ${prefix}`);
  for (const bytes of [1, 17, 18, 32])
    assert.equal(
      openBatch(key, secretOf(`hvb.${Buffer.alloc(bytes, 1).toString("base64url")}`)),
      null,
      `${bytes} bytes`,
    );
  assert.equal(openBatch(createSecretKey(randomBytes(32)), secretOf(text)), null);
  for (const other of [
    "",
    "hvb.",
    "hvb.AA",
    "hvs.x",
    text.slice(4),
    `${text}A`,
    `${text}=`,
    `${text}\n`,
    `${text}..`,
  ])
    assert.equal(openBatch(key, secretOf(other)), null, other.slice(0, 20));
  const bytes = Buffer.from(text.slice(4), "base64url");
  bytes[0] = 2;
  assert.equal(openBatch(key, secretOf(`hvb.${bytes.toString("base64url")}`)), null, "another format");
  assert.equal(openBatch(key, secretOf(`hvb.${"A".repeat(100_000)}`)), null);
  fc.assert(
    fc.property(fc.nat(text.length - 5), fc.nat(61), (at, step) => {
      const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
      const place = at + 4;
      const other = alphabet[(alphabet.indexOf(text[place] ?? "") + 1 + step) % 64] ?? "";
      const changed = text.slice(0, place) + other + text.slice(place + 1);
      assert.equal(openBatch(key, secretOf(changed)), null);
    }),
    { numRuns: scale(200, 5_000) },
  );
  fc.assert(
    fc.property(fc.base64String({ maxLength: 200 }), (noise) => {
      assert.equal(openBatch(key, secretOf(`hvb.${noise}`)), null);
    }),
    { numRuns: scale(100, 2_000) },
  );
});

test("two tokens of one record differ, and one that is too long is refused", () => {
  assert.notEqual(sealBatch(key, RECORD).revealText(), sealBatch(key, RECORD).revealText());
  assert.throws(
    () => sealBatch(key, { ...RECORD, metadata: { note: "x".repeat(9_000) } }),
    /too long for a batch token/,
  );
});

test("it works in every process, is shown as Vault shows it, and writes nothing", async () => {
  const at = await openTestKernel();
  const other = await at.second();
  const accessors = await at.kernel.services.tokens.accessors();
  const token = await make(at, { ttl: "1h", meta: { user: "x" }, policies: ["a"] });
  assert.match(token, /^hvb\.[\w-]+$/);
  const { data } = (await other.call("GET", self, { token })).json;
  assert.deepEqual(data, {
    accessor: "",
    creation_time: 1_767_225_600,
    creation_ttl: 3_600,
    display_name: "token",
    entity_id: "",
    expire_time: "2026-01-01T01:00:00.000Z",
    explicit_max_ttl: 0,
    id: token,
    issue_time: "2026-01-01T00:00:00.000Z",
    meta: { user: "x" },
    num_uses: 0,
    orphan: false,
    path: "auth/token/create",
    policies: ["a", "default"],
    renewable: false,
    ttl: 3_600,
    type: "batch",
  });
  assert.deepEqual(await at.kernel.services.tokens.accessors(), accessors);
  at.clock.advance(HOUR - 1);
  assert.equal(await use(other, token), 200);
  at.clock.advance(1);
  for (const one of [at, other]) assert.equal(await use(one, token), 403);
  await other.close();
  await at.close();
});

test("it is not renewed, not revoked, makes no tokens and has no cubbyhole", async () => {
  const at = await openTestKernel();
  const policy = 'path "*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }';
  await at.call("POST", "sys/policies/acl/all", { body: { policy } });
  const token = await make(at, { policies: ["all"] });
  const refused = (answer: Answer, why: RegExp): void => {
    assert.equal(answer.status, 400, answer.text);
    assert.match(answer.text, why);
  };
  const ask = (path: string, body: object = {}): Promise<Answer> => at.call("POST", path, { token, body });
  refused(await ask("auth/token/renew-self"), /batch tokens cannot be renewed/);
  refused(await ask("auth/token/renew", { token }), /batch tokens cannot be renewed/);
  for (const path of ["revoke-self", "revoke", "revoke-orphan"])
    refused(await ask(`auth/token/${path}`, { token }), /batch tokens cannot be revoked/);
  for (const body of [{}, { type: "batch" }, { no_parent: true }])
    refused(await ask("auth/token/create", body), /batch tokens cannot create more tokens/);
  refused(await ask("auth/token/create-orphan"), /batch tokens cannot create more tokens/);
  refused(await ask("cubbyhole/a", { x: "y" }), /only supported by 'service' type tokens/);
  refused(await at.call("GET", "cubbyhole/a", { token }), /only supported by 'service' type tokens/);
  assert.equal(await use(at, token), 200);
  await at.close();
});

test("it ends with its parent and its parent's parents; an orphan lives on", async () => {
  const at = await openTestKernel();
  const other = await at.second();
  const grandparent = await service(at, { policies: ["root"], ttl: "10h" });
  const parent = String(
    (
      await at.call("POST", "auth/token/create", {
        token: grandparent,
        body: { policies: ["root"], ttl: "2h" },
      })
    ).json.auth?.client_token,
  );
  const child = await make(at, { policies: ["default"] }, parent);
  const sibling = await make(at, { policies: ["default"] }, grandparent);
  const orphan = await make(at, { policies: ["default"], no_parent: true }, parent);
  for (const token of [child, sibling, orphan]) assert.equal(await use(other, token), 200);
  at.clock.advance(2 * HOUR);
  assert.deepEqual(
    await Promise.all([child, sibling, orphan].map((token) => use(other, token))),
    [403, 200, 200],
  );
  await at.call("POST", "auth/token/revoke", { body: { token: grandparent } });
  assert.deepEqual(
    await Promise.all([child, sibling, orphan].map((token) => use(other, token))),
    [403, 403, 200],
  );
  await at.kernel.seal();
  assert.equal((await at.call("GET", self, { token: orphan })).status, 503);
  await at.kernel.unseal(at.rootKey);
  assert.equal(await use(at, orphan), 200, "the same key after sealing");
  await at.kernel.services.seal.rotate();
  assert.equal(await use(at, orphan), 200, "and after a rotation");
  await other.close();
  await at.close();
});

test("nobody gives away more than he has, and the networks are inherited", async () => {
  const at = await openTestKernel();
  const policy = 'path "auth/token/create" { capabilities = ["update"] }';
  await at.call("POST", "sys/policies/acl/maker", { body: { policy } });
  const minted = await at.kernel.services.tokens.issue(
    { policies: ["maker"], metadata: {}, displayName: "x", boundCidrs: ["10.0.0.0/8"] },
    { path: "auth/test/login", parent: null },
  );
  const maker = minted.token?.revealText() ?? "";
  const ask = (body: object): Promise<Answer> =>
    at.call("POST", "auth/token/create", {
      token: maker,
      remote: "10.1.1.1",
      body: { type: "batch", ...body },
    });
  for (const body of [{ policies: ["other"] }, { policies: ["root"] }, { no_parent: true }, { id: "x" }])
    assert.equal((await ask(body)).status, 400);
  const token = String((await ask({})).json.auth?.client_token);
  assert.equal((await at.call("GET", self, { token, remote: "10.2.2.2" })).status, 200);
  assert.equal((await at.call("GET", self, { token, remote: "11.2.2.2" })).status, 403);
  const limited = await service(at, { num_uses: 3, policies: ["root"], ttl: "1h" });
  const child = await at.call("POST", "auth/token/create", {
    token: limited,
    body: { type: "batch", policies: ["default"] },
  });
  assert.match(child.text, /restricted use token cannot generate child tokens/);
  await at.close();
});

test("its leased secrets end with its parent and not after itself", async () => {
  const toy = toyEngine();
  const at = await openTestKernel({ engines: [toy.plugin] });
  await at.call("POST", "sys/mounts/toy", { body: { type: "toy" } });
  const policy = 'path "toy/creds" { capabilities = ["read"] }';
  await at.call("POST", "sys/policies/acl/creds", { body: { policy } });
  const parent = await service(at, { policies: ["root"], ttl: "10h" });
  const lease = async (token: string): Promise<Answer> => {
    const answer = await at.call("GET", "toy/creds", { token });
    assert.equal(answer.status, 200, answer.text);
    return answer;
  };
  const child = await lease(await make(at, { policies: ["creds"] }, parent));
  const short = await lease(await make(at, { policies: ["creds"], ttl: "20s", no_parent: true }));
  assert.equal(short.json.lease_duration, 20 as unknown);
  const renewed = await at.call("PUT", "sys/leases/renew", {
    body: { lease_id: String(short.json.lease_id), increment: 3_600 },
  });
  assert.equal(renewed.json.lease_duration, 20 as unknown, "no renewal goes beyond the token");
  await at.call("POST", "auth/token/revoke", { body: { token: parent } });
  assert.deepEqual(toy.revoked, [String(child.json.lease_id)]);
  at.clock.advance(20_000);
  await at.kernel.tidy();
  assert.deepEqual(toy.revoked, [String(child.json.lease_id), String(short.json.lease_id)]);
  await at.close();
});

test("what was revoked stays revoked for as long as it lives, on a mount whose tokens outlive the server's longest", async () => {
  const DAY = 24 * HOUR;
  const at = await openTestKernel();
  await at.call("POST", "sys/auth/approle", {
    body: { type: "approle", config: { max_lease_ttl: "2400h", default_lease_ttl: "2400h" } },
  });
  const role = { token_type: "batch", bind_secret_id: false, secret_id_bound_cidrs: "10.0.0.0/8" };
  await at.call("POST", "auth/approle/role/long", { body: { ...role, token_metadata: { stage: "train" } } });
  const { role_id } = (await at.call("GET", "auth/approle/role/long/role-id")).json.data ?? {};
  const login = async (): Promise<string> =>
    String(
      (
        await at.call("POST", "auth/approle/login", {
          ...{ body: { role_id }, token: null, remote: "10.0.0.1" },
        })
      ).json.auth?.client_token,
    );
  const [first, second] = [await login(), await login()];
  assert.equal(await at.kernel.services.tokens.revokeWhere({ stage: "train" }, { batches: true }), 0);
  at.clock.advance(10);
  const third = await login();
  at.clock.advance(40 * DAY);
  await at.kernel.services.tokens.revokeWhere({ stage: "other" }, { batches: true });
  assert.deepEqual(await Promise.all([first, second, third].map((token) => use(at, token))), [403, 403, 200]);
  await at.close();
});

test("a revocation is never refused: beyond a thousand, the oldest end all batch tokens of their time", async () => {
  const at = await openTestKernel();
  const { tokens } = at.kernel.services;
  const old = await make(at, { policies: ["default"], ttl: "10h" });
  at.clock.advance(1);
  for (let run = 0; run < 600; run++) {
    await tokens.revokeWhere({ run: `r${run}` }, { batches: true });
    at.clock.advance(1);
  }
  const ended = await make(at, { policies: ["default"], ttl: "10h", meta: { run: "r700" } });
  const middle = await make(at, { policies: ["default"], ttl: "10h" });
  assert.deepEqual(await Promise.all([old, ended, middle].map((token) => use(at, token))), [200, 200, 200]);
  for (let run = 600; run < 1_010; run++) {
    at.clock.advance(1);
    await tokens.revokeWhere({ run: `r${run}` }, { batches: true });
  }
  assert.deepEqual(await Promise.all([old, ended, middle].map((token) => use(at, token))), [403, 403, 200]);
  await at.close();
});
