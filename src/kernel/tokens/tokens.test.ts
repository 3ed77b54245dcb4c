import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { type TestKernel, openTestKernel, secretOf } from "../../../test/support/kernel.ts";
import type { Store } from "../../core/ports/store.ts";
import { scale } from "../../../test/support/scale.ts";
import { toyEngine } from "../../../test/support/toy-engine.ts";
import { lifetime } from "./lifetime.ts";

const HOUR = 3_600_000;
const self = "auth/token/lookup-self";

async function make(
  at: TestKernel,
  body: object,
  token?: string,
): Promise<{ token: string; accessor: string }> {
  const made = await at.call("POST", "auth/token/create", {
    body,
    ...(token === undefined ? {} : { token }),
  });
  assert.equal(made.status, 200, made.text);
  return { token: String(made.json.auth?.client_token), accessor: String(made.json.auth?.accessor) };
}
const statusOf = async (at: TestKernel, token: string): Promise<number> =>
  (await at.call("GET", self, { token })).status;

test("a token looks as Vault's does, and lookup says the same", async () => {
  const at = await openTestKernel();
  const made = await at.call("POST", "auth/token/create", {
    body: { policies: ["b", "A"], ttl: "1h", meta: { user: "x" }, display_name: "job 1" },
  });
  const auth = made.json.auth as unknown as Record<string, unknown>;
  assert.match(String(auth.client_token), /^hvs\.[0-9A-Za-z]{24}$/);
  assert.deepEqual(auth.policies, ["a", "b", "default"]);
  assert.equal(auth.lease_duration, 3_600);
  assert.equal(auth.renewable, true);
  const { data } = (await at.call("GET", self, { token: String(auth.client_token) })).json;
  assert.deepEqual(data, {
    accessor: auth.accessor,
    creation_time: 1_767_225_600,
    creation_ttl: 3_600,
    display_name: "token-job-1",
    entity_id: "",
    expire_time: "2026-01-01T01:00:00.000Z",
    explicit_max_ttl: 0,
    id: auth.client_token,
    issue_time: "2026-01-01T00:00:00.000Z",
    meta: { user: "x" },
    num_uses: 0,
    orphan: false,
    path: "auth/token/create",
    policies: ["a", "b", "default"],
    renewable: true,
    ttl: 3_600,
    type: "service",
  });
  const root = (await at.call("GET", self)).json.data as unknown as Record<string, unknown>;
  assert.equal(root.expire_time, null);
  assert.equal(root.ttl, 0);
  await at.close();
});

test("a token stands in the store under a hash only", async () => {
  const at = await openTestKernel();
  const { token } = await make(at, {});
  const { readFileSync, readdirSync } = await import("node:fs");
  const { join } = await import("node:path");
  await at.call("GET", self, { token });
  const bytes = readdirSync(at.folder)
    .filter((name) => name.startsWith("store"))
    .map((name) => readFileSync(join(at.folder, name)));
  assert.ok(bytes.length > 0);
  for (const one of bytes) assert.equal(one.includes(token), false);
  assert.ok(
    bytes.some((one) => one.includes("core/token/id/")),
    "the search finds what is there",
  );
  await at.close();
});

test("a token with n uses serves exactly n requests, from two processes at once", async () => {
  const at = await openTestKernel();
  const other = await at.second();
  for (const uses of [1, 2, 5]) {
    const { token } = await make(at, { num_uses: uses });
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, index) => statusOf(index % 2 === 0 ? at : other, token)),
    );
    assert.equal(results.filter((status) => status === 200).length, uses, `${uses} uses`);
    assert.equal(await statusOf(at, token), 403);
    assert.equal(await at.kernel.services.tokens.lookup(secretOf(token)), null);
  }
  await other.close();
  await at.close();
});

test("a refused request takes a use as well, and a limited token makes no children", async () => {
  const at = await openTestKernel();
  const { token } = await make(at, { num_uses: 2, policies: ["none"] });
  assert.equal((await at.call("GET", "sys/mounts", { token })).status, 403);
  assert.equal(await statusOf(at, token), 200);
  assert.equal(await statusOf(at, token), 403);
  const limited = await make(at, { num_uses: 3, policies: ["root"], ttl: "1h" });
  const child = await at.call("POST", "auth/token/create", { token: limited.token, body: {} });
  assert.equal(child.status, 400);
  assert.match(child.text, /restricted use token cannot generate child tokens/);
  await at.close();
});

test("an expired token is refused at once and swept later", async () => {
  const at = await openTestKernel();
  const { token, accessor } = await make(at, { ttl: "1h" });
  at.clock.advance(HOUR - 1);
  assert.equal(await statusOf(at, token), 200);
  at.clock.advance(1);
  assert.equal(await statusOf(at, token), 403);
  assert.ok((await at.kernel.services.tokens.accessors()).includes(accessor));
  assert.equal(await at.kernel.services.tokens.tidy(), 1);
  assert.ok(!(await at.kernel.services.tokens.accessors()).includes(accessor));
  assert.equal(await at.kernel.services.tokens.tidy(), 0);
  await at.close();
});

test("an operator's token is found by its accessor, makes tokens that outlive it, and ends like any other", async () => {
  const at = await openTestKernel();
  const { tokens } = at.kernel.services;
  for (const path of ["revoke-self", "revoke-orphan"]) {
    const operator = at.kernel.operator("grace").revealText();
    const info = await tokens.lookup(secretOf(operator));
    assert.ok(info);
    const found = await at.call("POST", "auth/token/lookup-accessor", { body: { accessor: info.accessor } });
    assert.equal(found.json.data?.display_name, "grace" as unknown);
    const child = await make(at, { policies: ["default"] }, operator);
    assert.equal(await statusOf(at, child.token), 200);
    const body = path === "revoke-self" ? {} : { token: operator };
    assert.equal((await at.call("POST", `auth/token/${path}`, { token: operator, body })).status, 204);
    assert.equal(await statusOf(at, operator), 403, path);
    assert.equal(await tokens.lookupAccessor(info.accessor), null);
    assert.equal(await statusOf(at, child.token), 200, "which was never its child");
  }
  assert.equal(await tokens.lookupAccessor("../x"), null);
  await at.close();
});

test("a token that ended meanwhile makes no more, whatever the request had seen of it", async () => {
  const at = await openTestKernel();
  const { tokens } = at.kernel.services;
  const child = { policies: ["default"], metadata: {}, displayName: "x" };
  for (const end of ["revoked", "expired"]) {
    const { token } = await make(at, { ttl: "1h" });
    const parent = await tokens.lookup(secretOf(token));
    assert.ok(parent);
    const issue = () => tokens.issue(child, { path: "auth/token/create", parent });
    assert.ok((await issue()).token, "the control");
    if (end === "revoked") await tokens.revoke(parent.tokenHash);
    else at.clock.advance(HOUR);
    await assert.rejects(issue(), { code: "auth.missing-token" }, end);
    await assert.rejects(tokens.issue(child, { path: "auth/token/create", parent: null, by: parent }), {
      code: "auth.missing-token",
    });
  }
  await at.close();
});

test("a token that is revoked alone takes its leases along at once, its children live on", async () => {
  const toy = toyEngine();
  const at = await openTestKernel({ engines: [toy.plugin] });
  await at.call("POST", "sys/mounts/toy", { body: { type: "toy" } });
  const { token } = await make(at, { policies: ["root"], ttl: "1h" });
  const child = await make(at, { ttl: "1h" }, token);
  assert.equal((await at.call("GET", "toy/creds", { token })).status, 200);
  assert.equal((await at.call("POST", "auth/token/revoke-orphan", { body: { token } })).status, 204);
  assert.equal(toy.revoked.length, 1);
  assert.deepEqual([await statusOf(at, token), await statusOf(at, child.token)], [403, 200]);
  await at.close();
});

test("nothing stays of a token that is gone: no row under its parent, its run or its end", async () => {
  let store: Store | undefined;
  const at = await openTestKernel({ through: (opened) => (store = opened) });
  const rows = async (): Promise<readonly string[]> => (await store?.list("core/token/")) ?? [];
  const before = await rows();
  assert.ok(before.length > 0, "the root token's");
  const { tokens } = at.kernel.services;
  const parent = await make(at, { policies: ["root"], ttl: "4h" });
  const child = await make(at, { ttl: "1h", meta: { run: "r1" } }, parent.token);
  const hash = (await tokens.lookup(secretOf(child.token)))?.tokenHash ?? "";
  const made = await rows();
  at.clock.advance(HOUR / 2);
  await tokens.renew(hash);
  assert.equal((await rows()).length, made.length, "the end has moved, and stands once");
  at.clock.advance(HOUR / 2);
  assert.equal(await tokens.tidy(), 0, "the former end is over");
  assert.equal(await statusOf(at, child.token), 200);
  await tokens.revoke(hash);
  assert.equal(
    (await rows()).length,
    before.length + 4,
    "the parent's own: record, accessor, end, and that it is root's",
  );
  await at.call("POST", "auth/token/revoke", { body: { token: parent.token } });
  assert.deepEqual(await rows(), before);
  await at.close();
});

test("what has ended, never ends or is not renewable is not renewed", async () => {
  const at = await openTestKernel();
  const { tokens } = at.kernel.services;
  const hashOf = async (token: string): Promise<string> =>
    (await tokens.lookup(secretOf(token)))?.tokenHash ?? "";
  const unknown = { code: "token.unknown" };
  const fixed = { code: "token.not-renewable" };
  await assert.rejects(tokens.renew("none"), unknown);
  await assert.rejects(tokens.renew(await hashOf(at.root)), fixed);
  await assert.rejects(
    tokens.renew(await hashOf((await make(at, { ttl: "1h", renewable: false })).token)),
    fixed,
  );
  const hash = await hashOf((await make(at, { ttl: "1h" })).token);
  at.clock.advance(HOUR - 1);
  assert.equal((await tokens.renew(hash)).ttl, HOUR);
  at.clock.advance(HOUR);
  await assert.rejects(tokens.renew(hash), unknown);
  await at.close();
});

test("a revocation is seen by the other process at once, with all children", async () => {
  const toy = toyEngine();
  const at = await openTestKernel({ engines: [toy.plugin] });
  await at.call("POST", "sys/mounts/toy", { body: { type: "toy" } });
  const other = await at.second();
  const parent = await make(at, { policies: ["root"] });
  const child = await make(at, {}, parent.token);
  const grandchild = await make(at, {}, (await make(at, { policies: ["root"] }, parent.token)).token);
  for (const one of [parent, child, grandchild]) assert.equal(await statusOf(other, one.token), 200);
  assert.equal((await at.call("POST", "auth/token/revoke", { body: { token: parent.token } })).status, 204);
  for (const one of [parent, child, grandchild]) assert.equal(await statusOf(other, one.token), 403);
  assert.equal(toy.wiped.length, 4);
  await other.close();
  await at.close();
});

test("a child dies when its parent expires, and an orphan does not", async () => {
  const at = await openTestKernel();
  const parent = await make(at, { policies: ["root"], ttl: "1h" });
  const child = await make(at, { ttl: "10h" }, parent.token);
  const orphan = await make(at, { ttl: "10h", no_parent: true }, parent.token);
  at.clock.advance(2 * HOUR);
  assert.equal(await statusOf(at, child.token), 403);
  assert.equal(await statusOf(at, orphan.token), 200);
  await at.close();
});

test("revoke-orphan leaves the children", async () => {
  const at = await openTestKernel();
  const parent = await make(at, { policies: ["root"] });
  const child = await make(at, {}, parent.token);
  assert.equal(
    (await at.call("POST", "auth/token/revoke-orphan", { body: { token: parent.token } })).status,
    204,
  );
  assert.equal(await statusOf(at, parent.token), 403);
  const { data } = (await at.call("GET", self, { token: child.token })).json;
  assert.equal(data?.orphan, true as unknown);
  await at.close();
});

test("a whole run, or a whole stage, is revoked by its metadata", async () => {
  const at = await openTestKernel();
  const { tokens } = at.kernel.services;
  const metas = [
    { run: "r1", stage: "train", environment: "dev" },
    { run: "r1", stage: "serve", environment: "dev" },
    { run: "r2", stage: "train", environment: "prod" },
  ];
  const made: string[] = [];
  for (const meta of metas) made.push((await make(at, { meta })).token);
  const states = async (): Promise<number[]> => await Promise.all(made.map((token) => statusOf(at, token)));
  assert.equal(await tokens.revokeWhere({}), 0, "no condition is no wildcard");
  assert.equal(await tokens.revokeWhere({ stage: "train", environment: "prod" }), 1);
  assert.deepEqual(await states(), [200, 200, 403]);
  assert.equal(await tokens.revokeWhere({ run: "r1" }), 2);
  assert.deepEqual(await states(), [403, 403, 403]);
  await at.close();
});

test("renewal goes up to the maximum and no further", async () => {
  const at = await openTestKernel();
  const { token } = await make(at, { ttl: "1h", explicit_max_ttl: "3h" });
  const renew = async (increment: string) =>
    await at.call("POST", "auth/token/renew-self", { token, body: { increment } });
  at.clock.advance(HOUR / 2);
  assert.equal((await renew("2h")).json.auth?.lease_duration, 7_200 as unknown);
  const capped = await renew("10h");
  assert.equal(capped.json.auth?.lease_duration, 9_000 as unknown);
  assert.match(capped.text, /capped accordingly/);
  assert.equal(capped.json.auth?.client_token, token as unknown);
  at.clock.advance(3 * HOUR);
  assert.equal((await renew("1h")).status, 403);
  const fixed = await make(at, { ttl: "1h", renewable: false });
  assert.equal((await at.call("POST", "auth/token/renew-self", { token: fixed.token })).status, 400);
  assert.equal((await at.call("POST", "auth/token/renew-self")).status, 400, "root has no end");
  const periodic = await make(at, { period: "2h", ttl: "1h" });
  at.clock.advance(HOUR);
  const byAccessor = await at.call("POST", "auth/token/renew-accessor", {
    body: { accessor: periodic.accessor },
  });
  assert.equal(byAccessor.json.auth?.lease_duration, 7_200 as unknown);
  assert.equal(byAccessor.json.auth?.client_token, "" as unknown);
  await at.close();
});

test("lifetimes never pass a maximum", () => {
  const span = fc.integer({ min: 0, max: 100 * HOUR });
  fc.assert(
    fc.property(span, span, span, span, span, (asked, age, maxTtl, explicitMaxTtl, period) => {
      const { ttl } = lifetime(asked, age, { defaultTtl: HOUR, maxTtl, explicitMaxTtl, period });
      assert.ok(ttl >= 0);
      if (explicitMaxTtl > 0) assert.ok(ttl === 0 || age + ttl <= explicitMaxTtl);
      if (period === 0 && maxTtl > 0) assert.ok(ttl === 0 || age + ttl <= maxTtl);
    }),
    { numRuns: scale(200, 5_000) },
  );
});

test("nobody gives away more than he has", async () => {
  const at = await openTestKernel();
  const policy = 'path "auth/token/create" { capabilities = ["update"] }';
  await at.call("POST", "sys/policies/acl/maker", { body: { policy } });
  await at.call("POST", "sys/policies/acl/supermaker", {
    body: { policy: 'path "auth/token/create" { capabilities = ["update", "sudo"] }' },
  });
  const maker = (await make(at, { policies: ["maker"] })).token;
  const refused = async (body: object): Promise<string> => {
    const answer = await at.call("POST", "auth/token/create", { token: maker, body });
    assert.equal(answer.status, 400, answer.text);
    return answer.text;
  };
  assert.match(await refused({ policies: ["other"] }), /subset of parent/);
  assert.match(await refused({ policies: ["root"] }), /subset of parent/);
  assert.match(await refused({ no_parent: true }), /orphan/);
  assert.match(await refused({ id: "mine" }), /token id/);
  assert.match(await refused({ period: "1h" }), /periodic/);
  assert.match(await refused({ num_uses: -1 }), /negative/);
  assert.match(await refused({ type: "batch", policies: ["other"] }), /subset of parent/);
  const sudo = (await make(at, { policies: ["supermaker"] })).token;
  await make(at, { policies: ["other"], no_parent: true, id: "custom-id", period: "1h" }, sudo);
  assert.equal(await statusOf(at, "custom-id"), 200);
  const again = await at.call("POST", "auth/token/create", { token: sudo, body: { id: "custom-id" } });
  assert.equal(again.status, 400);
  const root = await at.call("POST", "auth/token/create", { token: sudo, body: { policies: ["root"] } });
  assert.equal(root.status, 400);
  assert.match(root.text, /parent token being root/);
  const expiring = (await make(at, { policies: ["root"], ttl: "1h" })).token;
  const endless = await at.call("POST", "auth/token/create", {
    token: expiring,
    body: { policies: ["root"] },
  });
  assert.match(endless.text, /expiring root tokens/);
  const orphan = await at.call("POST", "auth/token/create-orphan", { token: maker, body: {} });
  assert.equal(orphan.status, 403);
  const rootOrphan = await at.call("POST", "auth/token/create-orphan", { body: { policies: ["root"] } });
  assert.equal(rootOrphan.json.auth?.orphan, true as unknown);
  await at.close();
});

test("without the default policy it is not given on", async () => {
  const at = await openTestKernel();
  const policy = 'path "auth/token/create" { capabilities = ["update"] }';
  await at.call("POST", "sys/policies/acl/maker", { body: { policy } });
  const maker = (await make(at, { policies: ["maker"], no_default_policy: true })).token;
  const made = await at.call("POST", "auth/token/create", { token: maker, body: {} });
  assert.deepEqual(made.json.auth?.policies, ["maker"]);
  await at.close();
});

test("a token bound to networks works from there only", async () => {
  const at = await openTestKernel();
  const { services } = at.kernel;
  const minted = await services.tokens.issue(
    { policies: [], metadata: {}, displayName: "x", boundCidrs: ["10.0.0.0/8", "::1"] },
    { path: "auth/test/login", parent: null },
  );
  const token = minted.token?.revealText() ?? "";
  for (const [remote, status] of [
    ["10.1.2.3", 200],
    ["::ffff:10.1.2.3", 200],
    ["::1", 200],
    ["11.0.0.1", 403],
    ["local", 403],
    ["nonsense", 403],
  ] as const)
    assert.equal((await at.call("GET", self, { token, remote })).status, status, remote);
  await assert.rejects(
    services.tokens.issue(
      { policies: [], metadata: {}, displayName: "x", boundCidrs: ["10/8"] },
      { path: "p", parent: null },
    ),
    /bound_cidrs/,
  );
  const once = await services.tokens.issue(
    { policies: [], metadata: {}, displayName: "x", boundCidrs: ["10.0.0.0/8"], numUses: 1 },
    { path: "auth/test/login", parent: null },
  );
  const single = once.token?.revealText() ?? "";
  assert.equal((await at.call("GET", self, { token: single, remote: "11.0.0.1" })).status, 403);
  assert.equal(await services.tokens.lookup(secretOf(single)), null, "a use from elsewhere is a use");
  await at.close();
});

test("an operator's token is root here, is nowhere stored, and ends with the seal", async () => {
  const at = await openTestKernel();
  const other = await at.second();
  const token = at.kernel.operator("ada").revealText();
  const { data } = (await at.call("GET", self, { token })).json;
  assert.deepEqual(data?.policies, ["root"]);
  assert.deepEqual(data?.meta, { operator: "ada" });
  assert.equal(await statusOf(other, token), 403);
  const child = await make(at, { ttl: "1h" }, token);
  assert.equal(await statusOf(other, child.token), 200, "what it makes outlives it");
  await at.kernel.seal();
  await at.kernel.unseal(at.rootKey);
  assert.equal(await statusOf(at, token), 403);
  await other.kernel.seal();
  assert.throws(() => other.kernel.operator("x"), /sealed/);
  await other.close();
  await at.close();
});

test("accessors are listed, looked up and revoked, and unknown ones refused", async () => {
  const at = await openTestKernel();
  const { token, accessor } = await make(at, {});
  const list = await at.call("LIST", "auth/token/accessors");
  assert.equal((list.json.data?.keys as unknown as string[]).length, 2);
  const found = await at.call("POST", "auth/token/lookup-accessor", { body: { accessor } });
  assert.equal(found.json.data?.id, "" as unknown);
  assert.equal(
    (await at.call("POST", "auth/token/lookup-accessor", { body: { accessor: "../x" } })).status,
    400,
  );
  assert.equal((await at.call("POST", "auth/token/lookup", { body: { token: "nope" } })).status, 403);
  assert.equal(
    (await at.call("POST", "auth/token/lookup", { body: { token } })).json.data?.id,
    token as unknown,
  );
  assert.equal((await at.call("POST", "auth/token/revoke-accessor", { body: { accessor } })).status, 204);
  assert.equal(await statusOf(at, token), 403);
  assert.equal((await at.call("POST", "auth/token/revoke", { body: { token } })).status, 204, "gone is gone");
  await at.close();
});

test("what a token carries into every audit entry is bounded", async () => {
  const at = await openTestKernel();
  const long = "x".repeat(20_000);
  for (const body of [{ meta: { note: long } }, { display_name: long }, { policies: [long] }])
    assert.equal((await at.call("POST", "auth/token/create", { body })).status, 400);
  await make(at, { meta: { note: "x".repeat(10_000) } });
  await at.close();
});
