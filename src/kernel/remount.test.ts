/** Moving mounts, what they can be tuned to, renewals of logins that no longer stand, and the operator's view of leases. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { auditText } from "../../test/support/audit-text.ts";
import { type Answer, type TestKernel, openTestKernel } from "../../test/support/kernel.ts";
import { type Toy, toyEngine } from "../../test/support/toy-engine.ts";

const SHARED = "one value of some length";
const SHA = createHash("sha256").update(SHARED).digest("hex");
const PASSWORD = "a long pass phrase";

async function withToy(work: (at: TestKernel, toy: Toy) => Promise<void>): Promise<void> {
  const toy = toyEngine();
  const at = await openTestKernel({ engines: [toy.plugin] });
  try {
    await at.call("POST", "sys/mounts/toy", { body: { type: "toy" } });
    await at.call("POST", "sys/auth/people", { body: { type: "userpass" } });
    await at.call("POST", "auth/people/users/ada", { body: { password: PASSWORD } });
    await work(at, toy);
  } finally {
    await at.close();
  }
}

const ok = async (answer: Promise<Answer>): Promise<Answer> => {
  const got = await answer;
  assert.ok(got.status < 300, got.text);
  return got;
};
const login = async (at: TestKernel, mount: string, name = "ada"): Promise<string> =>
  String(
    (await ok(at.call("POST", `auth/${mount}/login/${name}`, { token: null, body: { password: PASSWORD } })))
      .json.auth?.client_token,
  );
const remount = (at: TestKernel, from: string, to: string): Promise<Answer> =>
  at.call("POST", "sys/remount", { body: { from, to } });
const status = async (at: TestKernel, token: string): Promise<number> =>
  (await at.call("GET", "auth/token/lookup-self", { token })).status;

test("a mount moves with what it holds; its leases are revoked before the answer", () =>
  withToy(async (at, toy) => {
    const other = await at.second();
    await at.call("POST", "toy/item/a", { body: { value: "kept" } });
    await ok(other.call("GET", "toy/creds"));
    const moved = await ok(remount(at, "toy", "moved/deep"));
    assert.equal(toy.revoked.length, 1);
    assert.deepEqual(await at.kernel.services.leases.list(""), []);
    for (const one of [at, other]) {
      assert.equal((await one.call("GET", "toy/item/a")).status, 404);
      assert.equal((await one.call("GET", "moved/deep/item/a")).json.data?.stored, "kept" as unknown);
    }
    const id = String(moved.json.data?.migration_id);
    const { json } = await ok(other.call("GET", `sys/remount/status/${id}`));
    assert.equal(json.data?.migration_info?.status, "success" as unknown);
    await ok(other.call("POST", "sys/mounts/toy", { body: { type: "toy" } }));
    await other.close();
  }));

test("an auth method moves with its users; the tokens it gave are refused", () =>
  withToy(async (at) => {
    const before = await login(at, "people");
    await ok(remount(at, "auth/people", "auth/staff"));
    assert.equal(await status(at, before), 403);
    assert.equal(await status(at, await login(at, "staff")), 200);
  }));

test("a value keeps its place in the index, and no move brings one value into two environments", () =>
  withToy(async (at) => {
    const hash = async (): Promise<unknown> => {
      const found = await at.kernel.services.values.lookup([SHA]);
      return [...found.values()].flat().map(({ path }) => path);
    };
    await ok(at.call("POST", "sys/mounts/store", { body: { type: "kv-v2" } }));
    await ok(at.call("POST", "store/data/a", { body: { data: { k: SHARED } } }));
    assert.deepEqual(await hash(), ["store/a"]);
    await ok(remount(at, "store", "vault"));
    assert.deepEqual(await hash(), ["vault/a"]);
    await ok(at.call("DELETE", "sys/mounts/vault"));
    assert.deepEqual(await hash(), []);
  }));

test("what is built in, taken or outside is not moved", () =>
  withToy(async (at) => {
    for (const [from, to] of [
      ["sys", "x"],
      ["cubbyhole", "x"],
      ["bulkhead/projects", "x"],
      ["auth/token", "auth/x"],
      ["toy", "sys/x"],
      ["toy", "auth/x"],
      ["toy", "audit/x"],
      ["auth/people", "people"],
      ["toy", "toy/below"],
      ["toy", "../x"],
      ["toy", "a*"],
      ["toy", "x/"],
    ] as const) {
      const answer = await remount(at, from, to);
      if (to === "x/") assert.equal(answer.status, 200);
      else assert.equal(answer.status, 400, `${from} to ${to}: ${answer.text}`);
    }
  }));

test("a token is renewed only while the login that gave it stands", () =>
  withToy(async (at) => {
    const renew = (token: string): Promise<Answer> =>
      at.call("POST", "auth/token/renew-self", { token, body: {} });
    const ada = await login(at, "people");
    await ok(renew(ada));
    await at.call("POST", "auth/people/users/ada", { body: { token_policies: "more" } });
    assert.match((await renew(ada)).text, /no longer stands/);
    await at.call("POST", "auth/people/users/ada", { body: { token_policies: "" } });
    await ok(renew(ada));
    await at.call("DELETE", "auth/people/users/ada");
    assert.equal((await renew(ada)).status, 400);
    assert.equal(await status(at, ada), 200, "it lives to its end");

    await ok(at.call("POST", "sys/auth/approle", { body: { type: "approle" } }));
    await ok(
      at.call("POST", "auth/approle/role/app", {
        body: { bind_secret_id: false, secret_id_bound_cidrs: "127.0.0.1/32" },
      }),
    );
    const role_id = String((await at.call("GET", "auth/approle/role/app/role-id")).json.data?.role_id);
    const app = String(
      (await ok(at.call("POST", "auth/approle/login", { token: null, body: { role_id } }))).json.auth
        ?.client_token,
    );
    await ok(renew(app));
    await at.call("DELETE", "auth/approle/role/app");
    assert.match((await renew(app)).text, /no longer stands/);
  }));

test("fields that a mount was tuned to show stand in clear in the audit log, and no others", () =>
  withToy(async (at) => {
    const tuned = { audit_non_hmac_request_keys: ["visible"], audit_non_hmac_response_keys: "stored" };
    await ok(at.call("POST", "sys/mounts/toy/tune", { body: tuned }));
    await at.call("POST", "toy/item/a", {
      body: { visible: "seen in the request", data: "seen in the answer", other: "hidden" },
    });
    await at.call("GET", "toy/item/a");
    const text = auditText(at.auditFolder);
    for (const shown of ["seen in the request", '"stored":"seen in the answer"'])
      assert.ok(text.includes(shown), shown);
    assert.ok(!text.includes("hidden"));
  }));

test("without a token only mounts tuned to be listed are named", () =>
  withToy(async (at) => {
    const listed = async () =>
      (await ok(at.call("GET", "sys/internal/ui/mounts", { token: null }))).json.data;
    assert.deepEqual(await listed(), { secret: {}, auth: {} });
    await ok(at.call("POST", "sys/auth/people/tune", { body: { listing_visibility: "unauth" } }));
    assert.deepEqual(await listed(), {
      secret: {},
      auth: { "people/": { type: "userpass", description: "", options: {} } },
    });
    assert.equal((await at.call("GET", "sys/internal/ui/mounts", { token: "hvs.wrong" })).status, 403);
  }));

test("the operator sees counts, what is due first and what failed; force forgets what cannot be revoked", () =>
  withToy(async (at, toy) => {
    const first = await ok(at.call("GET", "toy/creds"));
    at.clock.advance(1_000);
    await ok(at.call("GET", "toy/creds"));
    const summary = async () => (await ok(at.call("GET", "sys/leases/summary"))).json.data;
    assert.deepEqual((await summary())?.by_mount?.["toy/"], {
      total: 2,
      failing: 0,
      irrevocable: 0,
    });
    assert.deepEqual((await summary())?.oldest_due, {
      ...{ lease_id: first.json.lease_id, time: "2026-01-01T00:01:00.000Z" },
    });
    toy.failRevocations = 100;
    at.clock.advance(120_000);
    await ok(at.call("POST", "sys/leases/tidy", { body: {} }));
    assert.equal((await summary())?.failing, 2 as unknown);
    for (let tries = 0; tries < 6; tries++) {
      at.clock.advance(3_600_000);
      await at.kernel.tidy();
    }
    const counted = await ok(at.call("GET", "sys/leases/count", { query: { type: "irrevocable" } }));
    assert.equal(counted.json.data?.lease_count, 2 as unknown);
    const { data } = (await ok(at.call("GET", "sys/mounts"))).json;
    assert.deepEqual(counted.json.data?.counts, { [String(data?.["toy/"]?.accessor)]: 2 });
    const listed = await ok(at.call("GET", "sys/leases", { query: { type: "irrevocable", limit: "1" } }));
    assert.equal((listed.json.data?.leases as unknown as unknown[]).length, 1);
    assert.equal((await at.call("POST", "sys/leases/revoke-prefix/toy", { body: {} })).status, 204);
    assert.equal((await summary())?.total, 2 as unknown, "a failure stays");
    await ok(at.call("POST", "sys/leases/revoke-force/toy", { body: {} }));
    assert.equal((await summary())?.total, 0 as unknown);
  }));
