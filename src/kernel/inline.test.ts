/** Logins that write nothing, and those that cost one commit: counted at the Store port. Inline logins: what they may and what not. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { auditText } from "../../test/support/audit-text.ts";
import { type Writes, countingStore } from "../../test/support/counting-store.ts";
import { type Answer, type TestKernel, openTestKernel } from "../../test/support/kernel.ts";
import { scale } from "../../test/support/scale.ts";
import { toyEngine } from "../../test/support/toy-engine.ts";
import { inlineLogin } from "./inline-headers.ts";

const PASSWORD = "a long pass phrase";
const parameter = (key: string, value: unknown): string =>
  Buffer.from(JSON.stringify({ key, value })).toString("base64url");
const login = (path: string, parameters: Readonly<Record<string, unknown>>) => ({
  "x-vault-inline-auth-path": path,
  ...Object.fromEntries(
    Object.entries(parameters).map(([key, value], index) => [
      `x-vault-inline-auth-parameter-${index}`,
      parameter(key, value),
    ]),
  ),
});
const ada = (password = PASSWORD) => login("auth/people/login/ada", { password });

interface Ready {
  readonly at: TestKernel;
  readonly writes: Writes;
  readonly toy: ReturnType<typeof toyEngine>;
  readonly ids: (uses: number, role?: string) => Promise<Record<string, string>>;
  /** What one piece of work writes. */
  readonly counting: (
    work: () => Promise<Answer>,
  ) => Promise<{ answer: Answer; commits: number; keys: string[] }>;
}

async function ready(work: (ready: Ready) => Promise<void>): Promise<void> {
  const { writes, through } = countingStore();
  const toy = toyEngine();
  const at = await openTestKernel({ through, engines: [toy.plugin] });
  const ok = async (path: string, body: object): Promise<Answer> => {
    const answer = await at.call("POST", path, { body });
    assert.ok(answer.status < 300, answer.text);
    return answer;
  };
  try {
    await ok("sys/mounts/secret", { type: "kv-v2" });
    await ok("sys/mounts/toy", { type: "toy" });
    await ok("secret/data/a", { data: { k: "the value" } });
    const policy =
      'path "secret/*" { capabilities = ["read", "update", "create"] }\npath "toy/*" { capabilities = ["read", "sudo"] }';
    await ok("sys/policies/acl/app", { policy });
    await ok("sys/auth/people", { type: "userpass" });
    await ok("auth/people/users/ada", { password: PASSWORD, token_policies: "app" });
    await ok("sys/auth/approle", { type: "approle" });
    await ok("auth/approle/role/app", { token_policies: "app" });
    await ok("auth/approle/role/batch", { token_policies: "app", token_type: "batch" });
    const ids = async (uses: number, role = "app") => ({
      role_id: String((await at.call("GET", `auth/approle/role/${role}/role-id`)).json.data?.role_id),
      secret_id: String(
        (await ok(`auth/approle/role/${role}/secret-id`, { num_uses: uses })).json.data?.secret_id,
      ),
    });
    const counting: Ready["counting"] = async (piece) => {
      const before = writes.commits;
      writes.keys.length = 0;
      const answer = await piece();
      return { answer, commits: writes.commits - before, keys: [...writes.keys] };
    };
    await work({ at, writes, toy, ids, counting });
  } finally {
    await at.close();
  }
}

test("an AppRole login is one commit, with a counted secret id and without", () =>
  ready(async ({ at, ids, counting }) => {
    for (const uses of [0, 1, 5]) {
      const body = await ids(uses);
      const { answer, commits, keys } = await counting(() =>
        at.call("POST", "auth/approle/login", { token: null, body }),
      );
      assert.equal(answer.status, 200, answer.text);
      assert.equal(commits, 1, keys.join(" "));
      const used = keys.filter((key) => key.includes("/secret-id/"));
      assert.equal(used.length > 0, uses > 0, "the use is taken in the same commit");
    }
  }));

test("of many logins at once with a single-use secret id one succeeds", () =>
  ready(async ({ at, ids }) => {
    const other = await at.second();
    const body = await ids(1);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        (index % 2 === 0 ? at : other).call("POST", "auth/approle/login", { token: null, body }),
      ),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array<number>(7).fill(400)]);
    await other.close();
  }));

test("batch-token logins write nothing; a counted secret id's use is all that is written", () =>
  ready(async ({ at, ids, counting }) => {
    for (const [uses, expected] of [
      [0, 0],
      [3, 1],
    ] as const) {
      const body = await ids(uses, "batch");
      const { answer, commits, keys } = await counting(() =>
        at.call("POST", "auth/approle/login", { token: null, body }),
      );
      assert.match(String(answer.json.auth?.client_token), /^hvb\./);
      assert.equal(commits, expected, keys.join(" "));
      const token = String(answer.json.auth?.client_token);
      assert.equal((await counting(() => at.call("GET", "secret/data/a", { token }))).commits, 0);
    }
    await at.call("POST", "sys/auth/people/tune", { body: { token_type: "batch" } });
    const { answer, commits } = await counting(() =>
      at.call("POST", "auth/people/login/ada", { token: null, body: { password: PASSWORD } }),
    );
    assert.deepEqual([answer.status, commits], [200, 0]);
  }));

test("an inline login serves one request as who it is, gives no token and writes nothing", () =>
  ready(async ({ at, ids, counting }) => {
    const accessors = await at.kernel.services.tokens.accessors();
    for (const headers of [
      ada(),
      login("auth/approle/login", await ids(0)),
      login("auth/approle/login", await ids(0, "batch")),
    ]) {
      const { answer, commits, keys } = await counting(() =>
        at.call("GET", "secret/data/a", { token: null, headers }),
      );
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.json.auth, null);
      assert.equal(commits, 0, keys.join(" "));
    }
    assert.deepEqual(await at.kernel.services.tokens.accessors(), accessors);
    assert.equal(
      (await at.call("GET", "sys/policies/acl", { token: null, headers: ada() })).status,
      403,
      "its policies hold",
    );
    const single = await ids(1);
    const first = await at.call("GET", "secret/data/a", {
      token: null,
      headers: login("auth/approle/login", single),
    });
    const second = await at.call("GET", "secret/data/a", {
      token: null,
      headers: login("auth/approle/login", single),
    });
    assert.deepEqual([first.status, second.status], [200, 400], "what a login counts is counted");
  }));

test("an inline login makes no leases, no tokens, no cubbyhole, and layers with no token", () =>
  ready(async ({ at, toy }) => {
    const leased = await at.call("GET", "toy/creds", { token: null, headers: ada() });
    assert.equal(leased.status, 400);
    assert.match(leased.text, /requests with inline authentication cannot generate leases/);
    assert.doesNotMatch(leased.text, /leased-password/);
    assert.equal(toy.revoked.length, 1, "what was made for it is revoked at once");
    assert.deepEqual(await at.kernel.services.leases.list(""), []);
    await at.call("POST", "auth/people/users/ada", { body: { token_policies: "app,all" } });
    await at.call("POST", "sys/policies/acl/all", {
      body: { policy: 'path "*" { capabilities = ["create", "read", "update", "sudo"] }' },
    });
    for (const path of [
      "auth/token/create",
      "auth/token/create-orphan",
      "auth/token/renew-self",
      "cubbyhole/a",
    ])
      assert.equal(
        (await at.call("POST", path, { token: null, headers: ada(), body: { x: "y" } })).status,
        400,
        path,
      );
    assert.equal((await at.call("GET", "secret/data/a", { headers: ada() })).status, 400, "beside a token");
    const own = { ...ada(), authorization: "Bearer x" };
    assert.equal((await at.call("GET", "secret/data/a", { token: null, headers: own })).status, 400);
  }));

test("only an auth method's login logs in: nothing else can be called through the headers", () =>
  ready(async ({ at, counting }) => {
    for (const path of [
      "sys/seal-status",
      "sys/health",
      "sys/policies/acl/app",
      "secret/data/a",
      "auth/token/create",
      "auth/people/users/ada",
      "auth/none/login",
      "auth/people/../people/login/ada",
      "///",
      "auth/people/login/ada\u0000",
    ]) {
      const { answer, commits } = await counting(() =>
        at.call("GET", "secret/data/a", {
          token: null,
          headers: login(path, { password: "new", policy: "x" }),
        }),
      );
      const wanted = path.startsWith("sys/") ? [403] : [400, 403];
      assert.ok(wanted.includes(answer.status), `${path}: ${answer.text}`);
      assert.equal(commits, 0, path);
    }
    const free = await at.call("GET", "sys/health", { token: null, headers: ada("wrong") });
    assert.equal(free.status, 400, "a path that needs no token is no way around a wrong password");
  }));

test("bound networks and lockout hold for inline logins", () =>
  ready(async ({ at, ids }) => {
    await at.call("POST", "auth/people/users/ada", { body: { token_bound_cidrs: "10.0.0.0/8" } });
    const from = async (remote: string, password?: string): Promise<number> =>
      (await at.call("GET", "secret/data/a", { token: null, headers: ada(password), remote })).status;
    assert.equal(await from("10.1.1.1"), 200);
    assert.notEqual(await from("11.1.1.1"), 200);
    await at.call("POST", "auth/approle/role/app", { body: { token_bound_cidrs: "10.0.0.0/8" } });
    const headers = login("auth/approle/login", await ids(0));
    for (const [remote, status] of [
      ["10.1.1.1", 200],
      ["11.1.1.1", 403],
    ] as const)
      assert.equal((await at.call("GET", "secret/data/a", { token: null, headers, remote })).status, status);
    for (let tries = 0; tries < 5; tries++) await from("10.1.1.1", "wrong");
    assert.equal(await from("10.1.1.1"), 403, "locked");
  }));

test("an inline login stands in the audit log as itself, without its secrets", () =>
  ready(async ({ at }) => {
    await at.call("GET", "secret/data/a", { token: null, headers: ada() });
    await at.call("GET", "secret/data/a", { token: null, headers: ada("wrong one") });
    const text = auditText(at.auditFolder);
    assert.match(text, /"path":"auth\/people\/login\/ada".*"inline_auth":true/);
    assert.match(text, /invalid username or password/);
    assert.doesNotMatch(text, new RegExp(PASSWORD));
    assert.doesNotMatch(text, /wrong one/);
  }));

test("whatever the headers hold, it is parsed or refused", () => {
  const name = fc.constantFrom("path", "operation", "parameter-x", "parameter", "parameter-", "namespace");
  const value = fc.oneof(
    fc.string(),
    fc.json().map((text) => Buffer.from(text).toString("base64url")),
    fc
      .record({ key: fc.string(), value: fc.jsonValue() })
      .map((one) => Buffer.from(JSON.stringify(one)).toString("base64url")),
  );
  fc.assert(
    fc.property(fc.dictionary(name, value), (given) => {
      const headers = Object.fromEntries(
        Object.entries(given).map(([key, one]) => [`x-vault-inline-auth-${key}`, one]),
      );
      try {
        const parsed = inlineLogin(headers);
        if (parsed !== null) assert.equal(typeof JSON.parse(parsed.body.bytes.toString("utf8")), "object");
      } catch (error) {
        assert.match(String((error as { code?: string }).code), /^(inline|request)\./, String(error));
      }
    }),
    { numRuns: scale(300, 10_000) },
  );
});

test("a role whose logins wait for a person or for a time lets nobody in within a request", () =>
  ready(async ({ at, ids }) => {
    const role = (fields: object) =>
      at.call("POST", "auth/approle/role/app", { body: { token_policies: "app", ...fields } });
    const code = async (): Promise<string> => {
      const headers = login("auth/approle/login", await ids(0));
      const answer = await at.call("GET", "secret/data/a", { token: null, headers });
      return answer.status === 200 ? "ok" : (answer.headers["x-bulkhead-code"] ?? answer.text);
    };
    assert.equal(await code(), "ok", "the control");
    await role({ token_approvals: 1 });
    assert.equal(await code(), "inline.invalid");
    await role({ token_approvals: 0, token_window: "Mon 08:00-16:00" });
    assert.equal(await code(), "auth.outside-window", "it is a Thursday");
    await role({ token_window: "Thu 00:00-24:00" });
    assert.equal(await code(), "ok");
  }));
