/** Response wrapping as its attacker sees it: one use, from two processes at once; nothing but unwrapping; and what the audit log tells. */
import assert from "node:assert/strict";
import test from "node:test";
import { auditText } from "../../test/support/audit-text.ts";
import { countingStore } from "../../test/support/counting-store.ts";
import {
  type Answer,
  type CallOptions,
  type TestKernel,
  openTestKernel,
  secretOf,
} from "../../test/support/kernel.ts";
import { toyEngine } from "../../test/support/toy-engine.ts";

const VALUE = "the wrapped value";
const UNWRAP = "sys/wrapping/unwrap";

async function withSecret(work: (at: TestKernel) => Promise<void>): Promise<void> {
  const at = await openTestKernel({ engines: [toyEngine().plugin] });
  try {
    await at.call("POST", "sys/mounts/secret", { body: { type: "kv-v2" } });
    await at.call("POST", "secret/data/a", { body: { data: { k: VALUE } } });
    await work(at);
  } finally {
    await at.close();
  }
}

const wrap = async (at: TestKernel, path = "secret/data/a", options: CallOptions = {}): Promise<Answer> =>
  await at.call("GET", path, { headers: { "x-vault-wrap-ttl": "60" }, ...options });
const tokenOf = (answer: Answer): string => String(answer.json.wrap_info?.token);
const unwrap = (at: TestKernel, token: string): Promise<Answer> => at.call("POST", UNWRAP, { token });

test("an answer is given once, whichever process is asked", () =>
  withSecret(async (at) => {
    const other = await at.second();
    for (const inBody of [false, true]) {
      const token = tokenOf(await wrap(at));
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          (index % 2 === 0 ? at : other).call("POST", UNWRAP, inBody ? { body: { token } } : { token }),
        ),
      );
      const given = answers.filter(({ text }) => text.includes(VALUE));
      assert.equal(given.length, 1);
      for (const { status } of answers.filter((answer) => !given.includes(answer)))
        assert.ok(status === 400 || status === 403, String(status));
    }
    await other.close();
  }));

test("the token opens nothing else, and a try takes its use", () =>
  withSecret(async (at) => {
    for (const [method, path] of [
      ["GET", "secret/data/a"],
      ["GET", "auth/token/lookup-self"],
      ["POST", "auth/token/create"],
      ["POST", "sys/wrapping/rewrap"],
      ["GET", "cubbyhole/other"],
    ] as const) {
      const token = tokenOf(await wrap(at));
      const tried = await at.call(method, path, { token, ...(method === "POST" && { body: { token } }) });
      assert.ok(tried.status >= 400, `${path}: ${tried.text}`);
      assert.equal((await unwrap(at, token)).status, 400, path);
    }
  }));

test("its end ends it: time, revocation, the sweep; and no row is left", () =>
  withSecret(async (at) => {
    const { accessor, token } = (await wrap(at)).json.wrap_info as unknown as {
      accessor: string;
      token: string;
    };
    await at.call("POST", "auth/token/revoke-accessor", { body: { accessor } });
    assert.equal((await unwrap(at, token)).status, 400);
    const late = tokenOf(await wrap(at));
    at.clock.advance(60_000);
    assert.equal((await unwrap(at, late)).status, 400);
    await at.kernel.tidy();
    const over = tokenOf(await wrap(at));
    at.clock.advance(60_000);
    await assert.rejects(
      at.kernel.services.wrapping.rewrap(secretOf(over), 0),
      /not valid or does not exist/,
    );
    await at.kernel.tidy();
    const used = tokenOf(await wrap(at));
    assert.equal((await unwrap(at, used)).status, 200);
    await at.kernel.tidy();
    const cubbyhole = (await at.kernel.services.mounts.list("secret")).find(
      ({ path }) => path === "cubbyhole/",
    );
    assert.ok(cubbyhole);
    assert.deepEqual(await at.kernel.services.tokens.accessors(), [
      (await at.call("GET", "auth/token/lookup-self")).json.data?.accessor,
    ]);
  }));

test("the wrapped answer and its token are one commit, and nothing of it is left in the store", async () => {
  const { writes, through } = countingStore();
  const at = await openTestKernel({ through });
  await at.call("POST", "sys/mounts/secret", { body: { type: "kv-v2" } });
  await at.call("POST", "secret/data/a", { body: { data: { k: VALUE } } });
  const before = writes.commits;
  writes.keys.length = 0;
  const token = tokenOf(await wrap(at));
  assert.equal(writes.commits - before, 1, writes.keys.join(" "));
  const hash =
    writes.keys.find((key) => key.startsWith("core/token/id/"))?.slice("core/token/id/".length) ?? "";
  assert.ok(writes.keys.some((key) => key.includes(hash) && key.endsWith("/response")));
  assert.ok(!writes.keys.some((key) => key.includes(token)));
  assert.equal((await unwrap(at, token)).status, 200);
  await at.kernel.tidy();
  assert.equal(await at.kernel.services.wrapping.lookup(secretOf(token)), null);
  await at.close();
});

test("the policy of wrapping tokens is given to no other token, by no way", () =>
  withSecret(async (at) => {
    const policies = ["response-wrapping"];
    const made = await at.call("POST", "auth/token/create", { body: { policies } });
    assert.match(made.text, /cannot assign policy/);
    assert.equal(
      (await at.call("POST", "auth/token/create", { body: { policies, type: "batch" } })).status,
      400,
    );
    await at.call("POST", "auth/token/roles/r", { body: { allowed_policies: policies } });
    assert.equal((await at.call("POST", "auth/token/create/r", { body: {} })).status, 400);
    await at.call("POST", "sys/auth/people", { body: { type: "userpass" } });
    await at.call("POST", "auth/people/users/ada", {
      body: {
        password: "a long pass phrase",
        token_policies: "response-wrapping",
        token_no_default_policy: true,
      },
    });
    const login = await at.call("POST", "auth/people/login/ada", {
      token: null,
      body: { password: "a long pass phrase" },
    });
    assert.equal(login.status, 400);
    const text = await at.call("PUT", "sys/policies/acl/response-wrapping", {
      body: { policy: 'path "*" { capabilities = ["read"] }' },
    });
    assert.equal(text.status, 400);
  }));

test("what was kept keeps its form: a lease, a login, a deleted version, a status", () =>
  withSecret(async (at) => {
    await at.call("POST", "sys/mounts/toy", { body: { type: "toy" } });
    const leased = await unwrap(at, tokenOf(await wrap(at, "toy/creds")));
    assert.equal(leased.json.data?.password, "leased-password" as unknown);
    assert.match(String(leased.json.lease_id), /^toy\/creds\//);
    await at.call("DELETE", "secret/data/a");
    const deleted = await unwrap(at, tokenOf(await wrap(at)));
    assert.equal(deleted.status, 404);
    assert.equal(deleted.json.data?.data, null);
    const missing = await wrap(at, "secret/data/none");
    assert.deepEqual([missing.status, missing.json.wrap_info], [404, undefined]);
  }));

test("a token bound to networks, or with few uses, wraps like any other", () =>
  withSecret(async (at) => {
    const made = await at.call("POST", "auth/token/create", {
      body: { policies: ["root"], ttl: "1h", num_uses: 1 },
    });
    const once = String(made.json.auth?.client_token);
    const token = tokenOf(await wrap(at, "secret/data/a", { token: once }));
    assert.equal((await at.call("GET", "secret/data/a", { token: once })).status, 403);
    assert.match((await unwrap(at, token)).text, new RegExp(VALUE));
  }));

test("the audit log tells of both halves, and holds neither value nor token", () =>
  withSecret(async (at) => {
    const token = tokenOf(await wrap(at));
    assert.equal((await unwrap(at, token)).status, 200);
    assert.equal(
      (await at.call("POST", UNWRAP, { body: { token } })).status,
      400,
      "somebody else comes too late",
    );
    const hashOf = async (input: string): Promise<string> =>
      String((await at.call("POST", "sys/audit-hash/chain", { body: { input } })).json.data?.hash);
    const text = auditText(at.auditFolder);
    assert.ok(!text.includes(VALUE) && !text.includes(token));
    const lines = text.split("\n");
    const [value, hashed] = [await hashOf(VALUE), await hashOf(token)];
    const wrote = lines.filter((line) => line.includes('"wrapped"') && line.includes(hashed));
    assert.equal(wrote.length, 1, "the answer with the token");
    assert.ok(wrote[0]?.includes('"creation_path":"secret/data/a"') && wrote[0].includes(value));
    assert.equal(
      lines.filter((line) => line.includes(UNWRAP) && line.includes(value)).length,
      1,
      "the one that got it",
    );
    assert.ok(lines.some((line) => line.includes(UNWRAP) && line.includes("wrapping token is not valid")));
  }));

test("the wrapped copy of a person's token is still the person's", () =>
  withSecret(async (at) => {
    const minted = await at.kernel.services.tokens.issue(
      { policies: ["root"], metadata: {}, displayName: "ada", actor: "person" },
      { path: "auth/test/login", parent: null, by: { ...(await rootOf(at)) } },
    );
    const person = minted.token?.revealText() ?? "";
    const wrapped = await at.call("POST", "auth/token/create", {
      token: person,
      headers: { "x-vault-wrap-ttl": "60" },
      body: { ttl: "1h" },
    });
    const child = String((await unwrap(at, tokenOf(wrapped))).json.auth?.client_token);
    assert.equal((await at.kernel.services.tokens.lookup(secretOf(child)))?.actor, "person");
    await at.call("POST", "auth/token/roles/made", {
      token: person,
      body: { orphan: true, allowed_policies: ["a"] },
    });
    const byRole = await at.call("POST", "auth/token/create/made", { body: {} });
    const token = secretOf(String(byRole.json.auth?.client_token));
    assert.equal(
      (await at.kernel.services.tokens.lookup(token))?.actor,
      "person",
      "made by the machine, with a person's role",
    );
  }));

async function rootOf(at: TestKernel) {
  const root = await at.kernel.services.tokens.lookup(secretOf(at.root));
  assert.ok(root);
  return root;
}

test("a stranger's answers are not kept: wrapping what needs no token is refused, but for logins", async () => {
  const at = await openTestKernel();
  await at.call("POST", "sys/auth/people", { body: { type: "userpass" } });
  await at.call("POST", "auth/people/users/ada", { body: { password: "a long pass phrase" } });
  const headers = { "x-vault-wrap-ttl": "87600h" };
  const before = await at.kernel.services.tokens.accessors();
  const refused = await at.call("GET", "sys/internal/ui/mounts", { token: null, headers });
  assert.deepEqual([refused.status, refused.headers["x-bulkhead-code"]], [400, "request.unsupported-header"]);
  assert.deepEqual(await at.kernel.services.tokens.accessors(), before);
  assert.equal((await at.call("GET", "sys/internal/ui/mounts", { headers })).status, 200, "the control");
  const body = { password: "a long pass phrase" };
  const login = await at.call("POST", "auth/people/login/ada", { token: null, headers, body });
  assert.match(String(login.json.wrap_info?.token), /^hvs/);
  await at.close();
});
