/**
 * People and machines apart (B1): every detour a person might take into an automated role. Approval and windows (B4): refused without
 * the approval, with the requester's own, outside the window. Revocation: each kind holds at once, batch tokens included.
 */
import assert from "node:assert/strict";
import { type JsonWebKey, createPublicKey } from "node:crypto";
import test, { type TestContext } from "node:test";
import { fake } from "../support/fake.ts";
import { type Answer, type TestKernel, openTestKernel } from "../support/kernel.ts";

const POLICY = `
path "auth/approle/role/+/secret-id" { capabilities = ["update"] }
path "auth/approle/role/+/role-id" { capabilities = ["read"] }
path "auth/token/*" { capabilities = ["create", "update", "sudo"] }
path "identity/oidc/token/*" { capabilities = ["read"] }
path "sys/wrapping/unwrap" { capabilities = ["update"] }
path "bulkhead/approvals/*" { capabilities = ["create", "read", "update", "list"] }
`;

interface World extends TestKernel {
  /** Tokens of people, each logged in anew. */
  person(name: string): Promise<string>;
  role(name: string, fields?: Readonly<Record<string, unknown>>): Promise<string>;
  secretId(role: string, token?: string, fields?: Readonly<Record<string, unknown>>): Promise<Answer>;
  login(role: string, secretId: string): Promise<Answer>;
}

async function world(context: TestContext): Promise<World> {
  const kernel = await openTestKernel();
  context.after(() => kernel.close());
  const { call } = kernel;
  await call("POST", "sys/auth/approle", { body: { type: "approle" } });
  await call("POST", "sys/auth/userpass", { body: { type: "userpass" } });
  await call("POST", "sys/policies/acl/people", { body: { policy: POLICY } });
  const passwords = new Map<string, string>();
  const ids = new Map<string, string>();
  return Object.assign(kernel, {
    person: async (name: string) => {
      const password = passwords.get(name) ?? fake("pw-", 24);
      if (!passwords.has(name))
        await call("POST", `auth/userpass/users/${name}`, { body: { password, token_policies: "people" } });
      passwords.set(name, password);
      const answer = await call("POST", `auth/userpass/login/${name}`, { body: { password }, token: null });
      return String(answer.json.auth?.client_token);
    },
    role: async (name: string, fields = {}) => {
      const made = await call("POST", `auth/approle/role/${name}`, {
        body: { token_policies: "people", ...fields },
      });
      assert.equal(made.status, 204, made.text);
      const answer = await call("GET", `auth/approle/role/${name}/role-id`);
      ids.set(name, String(answer.json.data?.role_id));
      return String(answer.json.data?.role_id);
    },
    secretId: async (role: string, token?: string, fields = {}) =>
      await call("POST", `auth/approle/role/${role}/secret-id`, { body: fields, ...(token && { token }) }),
    login: async (role: string, secretId: string) =>
      await call("POST", "auth/approle/login", {
        body: { role_id: ids.get(role), secret_id: secretId },
        token: null,
      }),
  });
}

const idOf = (answer: Answer): string => String(answer.json.data?.secret_id);
const tokenOf = (answer: Answer): string => String(answer.json.auth?.client_token);

test("B1: secret ids of a person, of a child and of an orphan made by one open no automated role", async (context) => {
  const { person, role, secretId, login, call } = await world(context);
  await role("train", { automated: true });
  await role("open");
  const ada = await person("ada");
  const child = tokenOf(
    await call("POST", "auth/token/create", { token: ada, body: { policies: ["people"] } }),
  );
  const orphan = tokenOf(
    await call("POST", "auth/token/create-orphan", { token: ada, body: { policies: ["people"] } }),
  );
  const batch = tokenOf(
    await call("POST", "auth/token/create", { token: ada, body: { policies: ["people"], type: "batch" } }),
  );
  for (const [whose, token] of Object.entries({ ada, child, orphan, batch })) {
    assert.match(token, /^hv[sb]\./, whose);
    const refused = await secretId("train", token);
    assert.equal(refused.status, 403, `${whose}: ${refused.text}`);
    assert.match(refused.text, /for automated identities/);
    // the control: the same token may make one for a role that is not automated
    assert.equal((await login("open", idOf(await secretId("open", token)))).status, 200, whose);
  }
  // and a machine's own goes through
  const machine = tokenOf(await login("open", idOf(await secretId("open"))));
  assert.equal((await login("train", idOf(await secretId("train", machine)))).status, 200);
});

test("B1: what a person obtained with a secret id of theirs stays a person's", async (context) => {
  const { person, role, secretId, login } = await world(context);
  await role("open");
  await role("train", { automated: true });
  const through = tokenOf(await login("open", idOf(await secretId("open", await person("ada")))));
  assert.equal((await secretId("train", through)).status, 403);
});

test("B1: a secret id made before its role became automated is refused at the login", async (context) => {
  const { person, role, secretId, login } = await world(context);
  await role("train");
  const early = idOf(await secretId("train", await person("ada")));
  await role("train", { automated: true });
  const refused = await login("train", early);
  assert.deepEqual([refused.status, refused.json.errors], [400, ["invalid role or secret ID"]]);
  await role("train", { automated: false });
  assert.equal((await login("train", early)).status, 200, "it was the role alone that refused it");
});

test("B1: the operator is a person; the exception is root's alone and stands in the audit log", async (context) => {
  const { kernel, person, role, secretId, login } = await world(context);
  await role("train", { automated: true });
  const operator = kernel.operator("grace").revealText();
  assert.equal((await secretId("train", operator)).status, 403);
  assert.equal((await secretId("train", await person("ada"), { as_operator: true })).status, 400);
  const excepted = await secretId("train", operator, { as_operator: true });
  assert.equal((await login("train", idOf(excepted))).status, 200);
});

test("B1: what was wrapped is what it was: a person's token, and an answer with a secret id", async (context) => {
  const { kernel, person, role, secretId, login, call } = await world(context);
  await role("open");
  await role("train");
  await call("POST", "auth/userpass/users/eve", {
    body: { password: "a pass phrase", token_policies: "people" },
  });
  const machine = tokenOf(await login("open", idOf(await secretId("open"))));
  const wrap = { "x-vault-wrap-ttl": "60s" };
  const unwrap = async (wrapped: Answer): Promise<Answer> => {
    const token = String(wrapped.json.wrap_info?.token);
    assert.match(token, /^hvs\./, wrapped.text);
    return await call("POST", "sys/wrapping/unwrap", { token: machine, body: { token } });
  };
  const loggedIn = await call("POST", "auth/userpass/login/eve", {
    ...{ body: { password: "a pass phrase" }, token: null, headers: wrap },
  });
  const eve = tokenOf(await unwrap(loggedIn));
  const path = "auth/approle/role/train/secret-id";
  const wrapped = await call("POST", path, { token: eve, headers: wrap });
  const twice = await call("POST", "sys/wrapping/rewrap", {
    body: { token: (await call("POST", path, { token: eve, headers: wrap })).json.wrap_info?.token },
  });
  await role("train", { automated: true });
  for (const answer of [wrapped, twice])
    assert.equal((await login("train", idOf(await unwrap(answer)))).status, 400, "a person made it");
  const refused = await secretId("train", eve);
  assert.deepEqual([refused.status, refused.headers["x-bulkhead-code"]], [403, "auth.automated"]);
  const minted = await call("POST", "auth/token/create", { token: await person("ada"), headers: wrap });
  assert.equal((await secretId("train", tokenOf(await unwrap(minted)))).status, 403, "nor a wrapped child");
  assert.equal((await secretId("train", machine)).status, 200, "the control: who unwrapped stays a machine");
  assert.equal(kernel.sealed, false);
});

test("B1: token roles make no machine of a person, whoever wrote the role and whoever uses it", async (context) => {
  const { person, role, secretId, call } = await world(context);
  await role("train", { automated: true });
  const ada = await person("ada");
  const writes = { allowed_policies: "people", orphan: true, allowed_entity_aliases: "robot" };
  await call("POST", "auth/token/roles/roots", { body: writes });
  assert.equal((await call("POST", "auth/token/roles/hers", { token: ada, body: writes })).status, 204);
  for (const [name, token] of [
    ["roots", ada],
    ["hers", ada],
    ["hers", undefined],
  ] as const)
    for (const body of [{}, { type: "batch" }, { entity_alias: "robot" }]) {
      const made = await call("POST", `auth/token/create/${name}`, { body, ...(token && { token }) });
      assert.equal(made.status, 200, made.text);
      const refused = await secretId("train", tokenOf(made));
      assert.deepEqual([refused.status, refused.headers["x-bulkhead-code"]], [403, "auth.automated"]);
    }
  const own = await call("POST", "auth/token/create/roots");
  assert.equal(
    (await secretId("train", tokenOf(own))).status,
    200,
    "the control: root's own with root's role",
  );
});

test("B1: a person who logs in within the request is a person", async (context) => {
  const { role, call, login } = await world(context);
  await role("open");
  await role("train");
  const password = fake("pw-", 24);
  await call("POST", "auth/userpass/users/eve", { body: { password, token_policies: "people" } });
  const parameter = Buffer.from(JSON.stringify({ key: "password", value: password })).toString("base64url");
  const headers = {
    "x-vault-inline-auth-path": "auth/userpass/login/eve",
    "x-vault-inline-auth-parameter-1": parameter,
  };
  const minting = async (name: string): Promise<Answer> =>
    await call("POST", `auth/approle/role/${name}/secret-id`, { token: null, headers });
  const early = idOf(await minting("train"));
  await role("train", { automated: true });
  assert.equal((await minting("train")).headers["x-bulkhead-code"], "auth.automated");
  assert.equal((await login("train", early)).status, 400, "who made it is remembered");
  assert.equal((await login("open", idOf(await minting("open")))).status, 200, "the control");
});

/** A jwt mount that trusts the tokens of our own issuer, as a second system's would. */
async function ownIssuer({ call }: World): Promise<(token: string) => Promise<Answer>> {
  const done = async (path: string, body: object): Promise<void> => {
    const answer = await call("POST", path, { body });
    assert.ok(answer.status < 300, answer.text);
  };
  await done("identity/oidc/config", { issuer: "https://bulkhead.example:8200" });
  await done("identity/oidc/key/k", { algorithm: "ES256", allowed_client_ids: "*" });
  const role = { key: "k", client_id: "us" };
  for (const name of ["bulkhead_person", "Bulkhead_Person"])
    assert.equal(
      (await call("POST", "identity/oidc/role/r", { body: { ...role, template: `{"${name}": "x"}` } }))
        .status,
      400,
    );
  await done("identity/oidc/role/r", { ...role, template: '{"name": {{identity.entity.name}}}' });
  await done("sys/auth/jwt", { type: "jwt" });
  const { keys } = (await call("GET", "identity/oidc/.well-known/keys")).json as unknown as {
    keys: JsonWebKey[];
  };
  const pems = keys.map((key) =>
    createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "pem" }),
  );
  await done("auth/jwt/config", { jwt_validation_pubkeys: pems });
  const open = { role_type: "jwt", user_claim: "sub", bound_audiences: "us", token_policies: "people" };
  await done("auth/jwt/role/open", { ...open, actor: "machine", allow_broad: "a test" });
  return async (token) => {
    const jwt = String((await call("GET", "identity/oidc/token/r", { token })).json.data?.token);
    return await call("POST", "auth/jwt/login", { token: null, body: { role: "open", jwt } });
  };
}

test("B1, B4: a person who logs in with an identity token of ours stays that person", async (context) => {
  const at = await world(context);
  const { role, person, secretId, login, call } = at;
  const through = await ownIssuer(at);
  await role("train", { automated: true });
  await role("open");
  await role("deploy", { token_approvals: 1 });
  const ada = await person("ada");
  const first = await through(ada);
  assert.equal(first.status, 200, first.text);
  const again = await through(tokenOf(first));
  for (const answer of [first, again]) {
    const refused = await secretId("train", tokenOf(answer));
    assert.deepEqual([refused.status, refused.headers["x-bulkhead-code"]], [403, "auth.automated"]);
    const asked = await login("deploy", idOf(await secretId("deploy", tokenOf(answer))));
    const request = /-\/-\/\w+/.exec(asked.text)?.[0] ?? "none";
    for (const token of [ada, tokenOf(first), tokenOf(again)]) {
      const own = await call("POST", `bulkhead/approvals/${request}/approve`, { token });
      assert.equal(own.headers["x-bulkhead-code"], "approval.own", own.text);
    }
  }
  const machine = tokenOf(await through(tokenOf(await login("open", idOf(await secretId("open"))))));
  assert.equal((await secretId("train", machine)).status, 200, "the control: a machine's stays a machine's");
});

test("B4: a person with two logins approves nothing of his own", async (context) => {
  const { person, role, secretId, login, call } = await world(context);
  await role("deploy", { token_approvals: 1 });
  const ada = await person("ada");
  await call("POST", "sys/auth/other", { body: { type: "userpass" } });
  const password = fake("pw-", 24);
  await call("POST", "auth/other/users/lovelace", { body: { password, token_policies: "people" } });
  const self = (await call("GET", "auth/token/lookup-self", { token: ada })).json.data;
  const mounts = (await call("GET", "sys/auth")).json.data;
  const alias = {
    ...{ name: "lovelace", mount_accessor: mounts?.["other/"]?.accessor },
    canonical_id: self?.entity_id,
  };
  assert.equal((await call("POST", "identity/entity-alias", { body: alias })).status, 200);
  const second = tokenOf(
    await call("POST", "auth/other/login/lovelace", { body: { password }, token: null }),
  );
  const asked = await login("deploy", idOf(await secretId("deploy", ada)));
  const request = /-\/-\/\w+/.exec(asked.text)?.[0] ?? "none";
  const approve = async (token: string): Promise<string> =>
    (await call("POST", `bulkhead/approvals/${request}/approve`, { token })).headers["x-bulkhead-code"] ??
    "ok";
  assert.equal(await approve(second), "approval.own");
  assert.equal(await approve(await person("grace")), "ok", "the control: another person");
});

test("B4: a wrapped login needs its approval, and an approval makes one wrapped token", async (context) => {
  const { person, role, secretId, call } = await world(context);
  const role_id = await role("deploy", { token_approvals: 1 });
  const attempt = async (): Promise<Answer> => {
    const secret_id = idOf(await secretId("deploy"));
    const headers = { "x-vault-wrap-ttl": "60s" };
    return await call("POST", "auth/approle/login", { token: null, headers, body: { role_id, secret_id } });
  };
  const asked = await attempt();
  assert.deepEqual([asked.status, asked.headers["x-bulkhead-code"]], [403, "auth.approval-needed"]);
  const request = /-\/-\/\w+/.exec(asked.text)?.[0] ?? "none";
  await call("POST", `bulkhead/approvals/${request}/approve`, { token: await person("grace") });
  const [one, two] = [await attempt(), await attempt()];
  assert.deepEqual([one.status, two.status], [200, 403]);
  const token = String(one.json.wrap_info?.token);
  const inside = await call("POST", "sys/wrapping/unwrap", {
    token: null,
    body: { token },
    headers: { "x-vault-token": token },
  });
  assert.match(tokenOf(inside), /^hvs\./, inside.text);
});

test("B4: a login waits for another person, and goes through once for each approval", async (context) => {
  const { person, role, secretId, login, call } = await world(context);
  await role("deploy", { token_approvals: 1, token_metadata: { project: "fraud", environment: "prod" } });
  const [ada, grace] = [await person("ada"), await person("grace")];
  const attempt = async (): Promise<Answer> =>
    await login("deploy", idOf(await secretId("deploy", ada, { metadata: '{"run":"r1"}' })));
  const first = await attempt();
  assert.equal(first.status, 403);
  assert.equal(first.headers["x-bulkhead-code"], "auth.approval-needed");
  const request = /fraud\/prod\/\w+/.exec(first.text)?.[0] ?? "";
  assert.match(request, /^fraud\/prod\/\w{10}$/);
  assert.ok((await attempt()).text.includes(request), "asking again is no second request");
  const listed = await call("LIST", "bulkhead/approvals", { token: grace });
  assert.deepEqual(listed.json.data?.keys, [request]);

  const decide = async (token: string, what = "approve"): Promise<Answer> =>
    await call("POST", `bulkhead/approvals/${request}/${what}`, { token });
  const child = tokenOf(
    await call("POST", "auth/token/create-orphan", { token: ada, body: { policies: ["people"] } }),
  );
  for (const own of [ada, child]) {
    const refused = await decide(own);
    assert.deepEqual([refused.status, refused.headers["x-bulkhead-code"]], [403, "approval.own"]);
  }
  const machine = await login("deploy", "");
  assert.equal(machine.status, 400);
  await role("robot");
  const robot = tokenOf(await login("robot", idOf(await secretId("robot"))));
  assert.equal((await decide(robot)).headers["x-bulkhead-code"], "approval.no-person");
  assert.equal((await attempt()).status, 403, "none of these counted");

  const elsewhere = await call("POST", `bulkhead/approvals/other/dev/${request.split("/")[2]}/approve`, {
    token: grace,
  });
  assert.equal(elsewhere.status, 404, "the path that a policy was asked for is the request's own");
  assert.equal((await decide(grace)).json.data?.state, "approved");
  assert.equal((await login("deploy", idOf(await secretId("deploy", ada)))).status, 403, "another run");
  assert.equal((await attempt()).status, 200);
  assert.equal((await attempt()).status, 403, "one approval, one login");
});

test("B4: two approvals are two people's; a denial stands; a request ends after its hour", async (context) => {
  const { clock, person, role, secretId, login, call } = await world(context);
  await role("deploy", { token_approvals: 2 });
  const people = [await person("grace"), await person("grace"), await person("alan")];
  const attempt = async (run: string): Promise<Answer> =>
    await login("deploy", idOf(await secretId("deploy", undefined, { metadata: JSON.stringify({ run }) })));
  const requestOf = (answer: Answer): string => /-\/-\/\w+/.exec(answer.text)?.[0] ?? "none";
  const asked = requestOf(await attempt("a"));
  const decide = async (request: string, token = "", what = "approve"): Promise<string> =>
    (await call("POST", `bulkhead/approvals/${request}/${what}`, { token })).headers["x-bulkhead-code"] ??
    "ok";
  assert.equal(await decide(asked, people[0]), "ok");
  assert.equal(await decide(asked, people[1]), "approval.twice", "the same person with another token");
  assert.equal((await attempt("a")).status, 403);
  assert.equal(await decide(asked, people[2]), "ok");
  assert.equal((await attempt("a")).status, 200);

  const denied = requestOf(await attempt("b"));
  assert.equal(await decide(denied, people[2], "deny"), "ok");
  assert.equal(await decide(denied, people[0]), "approval.over");
  assert.equal((await attempt("b")).headers["x-bulkhead-code"], "auth.approval-denied");

  const late = requestOf(await attempt("c"));
  clock.advance(3_600_000);
  assert.equal(await decide(late, people[0]), "approval.unknown");
  assert.notEqual(requestOf(await attempt("c")), late);
});

test("B4: the workflow's own actor does not approve it, under whatever letters", async (context) => {
  const { person, role, secretId, login, call } = await world(context);
  await role("deploy", { token_approvals: 1 });
  const refused = await login(
    "deploy",
    idOf(await secretId("deploy", undefined, { metadata: '{"actor":"Ada"}' })),
  );
  const request = /-\/-\/\w+/.exec(refused.text)?.[0] ?? "none";
  const own = await call("POST", `bulkhead/approvals/${request}/approve`, { token: await person("ada") });
  assert.equal(own.headers["x-bulkhead-code"], "approval.own");
});

test("B4: outside its window a role lets nobody in", async (context) => {
  const { clock, role, secretId, login } = await world(context);
  await role("deploy", { token_window: "Mon-Thu 08:00-16:00" });
  const to = (when: string): void => clock.advance(Date.parse(`${when}Z`) - clock.now());
  to("2030-06-03T07:59:59"); // a Monday
  const early = await login("deploy", idOf(await secretId("deploy")));
  assert.deepEqual([early.status, early.headers["x-bulkhead-code"]], [403, "auth.outside-window"]);
  to("2030-06-03T08:00:00");
  assert.equal((await login("deploy", idOf(await secretId("deploy")))).status, 200);
  to("2030-06-03T16:00:00");
  assert.equal((await login("deploy", idOf(await secretId("deploy")))).status, 403);
});

test("B4: a revocation of run, stage, environment or path holds at once, for batch tokens too", async (context) => {
  const { clock, role, secretId, login, call } = await world(context);
  const kinds = { service: "service", batch: "batch" } as const;
  for (const [name, token_type] of Object.entries(kinds))
    await role(name, { token_type, token_metadata: { project: "fraud", stage: name, environment: "prod" } });
  const token = async (name: string, run: string): Promise<string> =>
    tokenOf(await login(name, idOf(await secretId(name, undefined, { metadata: JSON.stringify({ run }) }))));
  const works = async (one: string): Promise<boolean> =>
    (await call("GET", "auth/approle/role/service/role-id", { token: one })).status === 200;
  for (const name of Object.keys(kinds))
    for (const [what, path, body] of [
      ["run", null, {}],
      ["stage", "bulkhead/runs/revoke", { project: "fraud", stage: name }],
      ["environment", "bulkhead/runs/revoke", { project: "fraud", environment: "prod" }],
      ["path", "sys/leases/revoke-prefix/auth/approle", {}],
    ] as const) {
      const started = await call("POST", "bulkhead/runs", { body: { project: "fraud", stage: name } });
      const run = String(started.json.data?.id);
      const held = await token(name, run);
      const other = await token(name === "batch" ? "service" : "batch", "another");
      assert.ok(await works(held), `${name} ${what}`);
      const revoked = await call("POST", path ?? `bulkhead/runs/${run}/revoke`, { body });
      assert.ok(revoked.status < 300, revoked.text);
      assert.ok(!(await works(held)), `${name} ${what}`);
      if (what === "run" || what === "stage") assert.ok(await works(other), "the others are untouched");
      clock.advance(10);
      assert.ok(await works(await token(name, "later")), "what is made afterwards works");
    }
});

test("B4: an inline login cannot wait for anybody, and keeps to the window", async (context) => {
  const { clock, role, secretId, call } = await world(context);
  const parameter = (key: string, value: string): string =>
    Buffer.from(JSON.stringify({ key, value })).toString("base64url");
  const inline = async (name: string): Promise<Answer> => {
    const headers = {
      "x-vault-inline-auth-path": "auth/approle/login",
      "x-vault-inline-auth-parameter-1": parameter("role_id", await role(name, ROLES[name])),
      "x-vault-inline-auth-parameter-2": parameter("secret_id", idOf(await secretId(name))),
    };
    return await call("GET", `auth/approle/role/${name}/role-id`, { token: null, headers });
  };
  const ROLES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    free: {},
    asked: { token_approvals: 1 },
    timed: { token_window: "Mon-Thu 08:00-16:00" },
  };
  clock.advance(Date.parse("2030-06-03T09:00:00Z") - clock.now());
  assert.equal((await inline("free")).status, 200);
  assert.equal((await inline("timed")).status, 200);
  const asked = await inline("asked");
  assert.equal(asked.headers["x-bulkhead-code"], "inline.invalid", asked.text);
  assert.equal((await call("LIST", "bulkhead/approvals")).status, 404, "nobody was asked");
  clock.advance(12 * 3_600_000);
  assert.equal((await inline("timed")).headers["x-bulkhead-code"], "auth.outside-window");
});

test("B4: who is refused used up nothing; what is over is forgotten; decisions about nothing are refused", async (context) => {
  const { kernel, clock, person, role, secretId, login, call } = await world(context);
  await role("deploy", { token_approvals: 1 });
  const once = idOf(await secretId("deploy", undefined, { num_uses: 1 }));
  const refused = await login("deploy", once);
  const request = /-\/-\/\w+/.exec(refused.text)?.[0] ?? "none";
  const grace = await person("grace");
  const decide = async (which: string): Promise<string> =>
    (await call("POST", `bulkhead/approvals/${which}/approve`, { token: grace })).headers[
      "x-bulkhead-code"
    ] ?? "ok";
  for (const unknown of ["-/-/abcdefghij", "-/-/..", `-/-/${"a".repeat(41)}`])
    assert.match(await decide(unknown), /^(approval\.unknown|request\.invalid)$/, unknown);
  assert.equal(await decide(request), "ok");
  assert.equal((await login("deploy", once)).status, 200, "the single use was still there");
  assert.equal((await login("deploy", once)).status, 400);

  await login("deploy", idOf(await secretId("deploy", undefined, { metadata: '{"run":"b"}' })));
  await kernel.tidy();
  assert.equal((await call("LIST", "bulkhead/approvals")).json.data?.keys?.length, 1, "it is not over yet");
  clock.advance(3_600_001);
  await kernel.tidy();
  assert.equal((await call("LIST", "bulkhead/approvals")).status, 404);
});

test("B4: two people without an entity are two; no more than a thousand logins wait", async (context) => {
  const { kernel, role, secretId, login, call } = await world(context);
  await role("deploy", { token_approvals: 2 });
  const attempt = async (run: number): Promise<Answer> =>
    await login("deploy", idOf(await secretId("deploy", undefined, { metadata: `{"run":"${run}"}` })));
  const request = /-\/-\/\w+/.exec((await attempt(0)).text)?.[0] ?? "none";
  for (const name of ["grace", "alan"]) {
    const token = kernel.operator(name).revealText();
    const decided = await call("POST", `bulkhead/approvals/${request}/approve`, { token });
    assert.equal(decided.status, 200, decided.text);
  }
  assert.equal((await attempt(0)).status, 200);
  for (let run = 1; run <= 1_000; run++)
    assert.equal((await attempt(run)).headers["x-bulkhead-code"], "auth.approval-needed");
  assert.equal((await attempt(1_001)).headers["x-bulkhead-code"], "approval.too-many");
});
