/** What the store signs: the receipt of a run that it recorded, once, for who began it, and nothing else. */
import assert from "node:assert/strict";
import { createPublicKey, randomBytes, randomInt } from "node:crypto";
import test, { type TestContext } from "node:test";
import { type Answer, type PluginApi, pluginApi } from "../../../test/support/plugin-api.ts";
import {
  PREDICATE_TYPE,
  STATEMENT_TYPE,
  parseEnvelope,
  receiptKeyId,
  subjectOf,
  verifyEnvelope,
} from "../../core/receipt.ts";
import { runs } from "./index.ts";

const open = (context: TestContext): Promise<PluginApi> => pluginApi(context, { engines: [runs] });
const stage = { project: "fraud", stage: "train", environment: "dev" };
const commit = "3f786850e387550fdab836ed7e6dc881de23001b";

async function begun(api: PluginApi): Promise<string> {
  const id = (await api.call("POST", "bulkhead/runs", { ...stage, commit })).textAt("data.id");
  return id;
}

async function over(api: PluginApi): Promise<string> {
  const id = await begun(api);
  assert.equal((await api.call("POST", `bulkhead/runs/${id}/end`, { exit_code: 0 })).status, 200);
  return id;
}

function statementOf(run: string, change: Readonly<Record<string, unknown>> = {}): string {
  const predicate = {
    ...{ run, ...stage, commit, signer: "store", command: "declared" },
    ...{ started: "2026-01-01T00:00:00.000Z", ended: "2026-01-01T00:01:00.000Z", exit: 0 },
    ...{ secrets: [{ variable: "KEY", secret: "key", field: "value", used: "no" }], leaks: { found: [] } },
    ...{ revoked: true, ...change },
  };
  const subject = subjectOf(predicate as { run: string; commit: string });
  const whole = { _type: STATEMENT_TYPE, subject, predicateType: PREDICATE_TYPE, predicate };
  return Buffer.from(JSON.stringify(whole)).toString("base64");
}

const sent = (api: PluginApi, id: string, statement: unknown, token?: string): Promise<Answer> =>
  api.call("POST", `bulkhead/runs/${id}/receipt`, { statement }, token === undefined ? {} : { token });

async function tokenWith(api: PluginApi, metadata: Record<string, string>, policy: string): Promise<string> {
  await api.kernel.services.policies.put(
    policy.replace(/\W/g, ""),
    `path "${policy}" { capabilities = ["create", "update", "read"] }`,
  );
  const minted = await api.kernel.services.tokens.issue(
    { policies: [policy.replace(/\W/g, "")], metadata, displayName: "someone" },
    { path: "auth/github/login", parent: null },
  );
  return minted.token?.revealText() ?? "";
}

test("the receipt of a run is signed, kept, given out, and checked with the public key", async (context) => {
  const api = await open(context);
  const id = await over(api);
  assert.equal((await api.call("GET", `bulkhead/runs/${id}/receipt`)).status, 404);
  const signed = await sent(api, id, statementOf(id));
  assert.equal(signed.status, 200, signed.text);
  const key = await api.call("GET", "bulkhead/runs/receipt-key");
  const publicKey = createPublicKey(key.textAt("data.public_key"));
  const keyid = receiptKeyId("store", publicKey);
  assert.equal(key.get("data.keyid"), keyid);
  const envelope = parseEnvelope(signed.textAt("data.envelope"));
  assert.equal(verifyEnvelope(envelope, { keyid, key: publicKey }).run, id);
  const kept = await api.call("GET", `bulkhead/runs/${id}/receipt`);
  assert.equal(kept.textAt("data.envelope"), signed.textAt("data.envelope"));
  const run = await api.call("GET", `bulkhead/runs/${id}`);
  assert.deepEqual([run.get("data.receipt"), run.get("data.leaks")], [keyid, 0]);
  // by another process of the store, the same key
  const second = await api.another();
  assert.equal((await second.call("GET", "bulkhead/runs/receipt-key")).get("data.keyid"), keyid);
});

test("the same receipt again is no other one; a second that differs is refused", async (context) => {
  const api = await open(context);
  const id = await over(api);
  const first = await sent(api, id, statementOf(id));
  const again = await sent(api, id, statementOf(id));
  assert.deepEqual([again.status, again.textAt("data.envelope")], [200, first.textAt("data.envelope")]);
  const other = await sent(api, id, statementOf(id, { ended: "2026-01-01T00:02:00.000Z" }));
  assert.deepEqual([other.status, other.errors[0]], [409, `run ${id} has another receipt already`]);
  const kept = await api.call("GET", `bulkhead/runs/${id}/receipt`);
  assert.equal(kept.textAt("data.envelope"), first.textAt("data.envelope"));
  // of many at once one stands
  const next = await over(api);
  const minute = (n: number): string => `2026-01-01T00:${10 + n}:00.000Z`;
  const all = await Promise.all(
    Array.from({ length: 8 }, (_, n) => sent(api, next, statementOf(next, { ended: minute(n) }))),
  );
  assert.deepEqual(all.map(({ status }) => status).sort(), [200, ...Array.from({ length: 7 }, () => 409)]);
});

test("a statement that is not about this very run is not signed", async (context) => {
  const api = await open(context);
  const [id, other] = [await over(api), await over(api)];
  const rows: readonly [string, string, RegExp][] = [
    ["another run", statementOf(other), /its run is another/],
    ["another project", statementOf(id, { project: "fraud2" }), /its project is another/],
    ["another stage", statementOf(id, { stage: "serve" }), /its stage is another/],
    ["another environment", statementOf(id, { environment: "prod" }), /its environment is another/],
    ["another commit", statementOf(id, { commit: "0".repeat(40) }), /its commit is another/],
    ["no commit", statementOf(id, { commit: null }), /its commit is another/],
    ["another exit code", statementOf(id, { exit: 1 }), /its exit is another/],
    ["as if by a user's key", statementOf(id, { signer: "local" }), /its signer is another/],
    ["no statement", Buffer.from("{}").toString("base64"), /no in-toto statement/],
    ["no base64", "§", /no base64/],
    ["base64 of another spelling", `${statementOf(id)}\n`, /no base64/],
    ["nothing", "", /./],
  ];
  for (const [what, statement, problem] of rows) {
    const answer = await sent(api, id, statement);
    assert.equal(answer.status, 400, what);
    assert.match(answer.errors[0] ?? "", problem, what);
  }
  const running = await begun(api);
  const early = await sent(api, running, statementOf(running, { exit: null }));
  assert.match(early.errors[0] ?? "", /the run is not over/);
  for (const strange of ["0".repeat(32), "x", "self2"])
    assert.equal((await sent(api, strange, statementOf(id))).status, 404, strange);
  assert.equal((await api.call("GET", `bulkhead/runs/${id}/receipt`)).status, 404, "nothing was kept");
  assert.equal((await sent(api, id, statementOf(id))).status, 200, "and the right one is signed then");
});

test("only the token that began a run has its receipt signed", async (context) => {
  const api = await open(context);
  const id = await over(api);
  const other = await tokenWith(api, {}, "bulkhead/runs*");
  assert.equal(
    (await api.call("GET", `bulkhead/runs/${id}`, undefined, { token: other })).status,
    200,
    "it may read",
  );
  const refused = await sent(api, id, statementOf(id), other);
  assert.deepEqual([refused.status, refused.errors[0]], [403, `run ${id} was begun by somebody else`]);
  const stages = await tokenWith(api, stage, "bulkhead/runs/self*");
  assert.equal((await sent(api, id, statementOf(id), stages)).status, 403);
  const self = { id, statement: statementOf(id) };
  const strange = await api.call("POST", "bulkhead/runs/self/receipt", self, { token: stages });
  assert.equal(strange.status, 404, "another's run is not its own");
  assert.equal((await api.call("POST", `bulkhead/runs/${id}/receipt`, self, { token: "" })).status, 403);
  assert.equal((await sent(api, id, statementOf(id))).status, 200);
});

test("a stage's own token has its own run signed, and is over by then", async (context) => {
  const api = await open(context);
  const token = await tokenWith(api, stage, "bulkhead/runs/self*");
  const other = await tokenWith(api, stage, "bulkhead/runs/self*");
  const begin = await api.call("POST", "bulkhead/runs/self", { commit }, { token });
  const id = begin.textAt("data.id");
  const self = (statement: string, by = token): Promise<Answer> =>
    api.call("POST", "bulkhead/runs/self/receipt", { id, statement }, { token: by });
  assert.match((await self(statementOf(id))).errors[0] ?? "", /the run is not over/);
  const ended = await api.call(
    "POST",
    "bulkhead/runs/self/end",
    { id, exit_code: 0, leases: "none/x" },
    { token },
  );
  assert.deepEqual([ended.status, ended.get("data.leases_left")], [200, []]);
  assert.equal((await self(statementOf(id), other)).status, 404);
  assert.equal((await self(statementOf(id, { stage: "serve" }))).status, 400);
  assert.equal(
    (await api.call("POST", "bulkhead/runs/self", {}, { token })).status,
    200,
    "a refused statement ends nothing",
  );
  const signed = await self(statementOf(id));
  assert.equal(signed.status, 200, signed.text);
  assert.equal((await api.call("POST", "bulkhead/runs/self", {}, { token })).status, 403, "it is over");
  assert.equal((await self(statementOf(id))).status, 403);
  assert.equal((await api.call("GET", `bulkhead/runs/${id}/receipt`)).status, 200);
});

test("`revoked` is signed only when no token of the run is left", async (context) => {
  const api = await open(context);
  const id = await over(api);
  const token = await tokenWith(api, { run: id }, "bulkhead/runs/none");
  const works = async (): Promise<boolean> =>
    (await api.call("GET", "bulkhead/runs/none", undefined, { token })).status === 404;
  assert.equal(await works(), true);
  const refused = await sent(api, id, statementOf(id));
  assert.match(refused.errors[0] ?? "", /everything was revoked, and a token of the run was not/);
  assert.equal(await works(), false, "it is now");
  assert.equal((await sent(api, id, statementOf(id))).status, 200);
});

test("whatever is sent as a statement is refused without an inner error", async (context) => {
  const api = await open(context);
  const id = await over(api);
  const good = Buffer.from(statementOf(id), "base64");
  for (let round = 0; round < 300; round++) {
    const bytes = Buffer.from(good);
    for (let n = randomInt(1, 4); n > 0; n--) {
      const at = randomInt(bytes.length);
      if (round % 3 === 0) bytes[at] = randomInt(256);
      else if (round % 3 === 1) bytes.copyWithin(at, randomInt(bytes.length));
      else bytes[at] = (bytes[at] ?? 0) ^ (1 << randomInt(8));
    }
    const cut = round % 5 === 0 ? bytes.subarray(0, randomInt(bytes.length)) : bytes;
    if (cut.equals(good)) continue;
    const answer = await sent(api, id, cut.toString("base64"));
    if (answer.status === 200) {
      // what no reader needs to be sure of (a secret's name) may say anything, once
      const envelope = parseEnvelope(answer.textAt("data.envelope"));
      assert.deepEqual(Buffer.from(envelope.payload, "base64"), Buffer.from(cut));
    } else assert.ok([400, 409].includes(answer.status), answer.text);
  }
  for (const body of [
    "[]",
    "null",
    '{"statement":5}',
    '{"statement":null}',
    '{"statement":["x"]}',
    "{}",
    "x",
  ])
    assert.equal((await api.call("POST", `bulkhead/runs/${id}/receipt`, body)).status, 400, body);
  const large = randomBytes(600_000).toString("base64");
  assert.equal((await sent(api, id, large)).status, 400);
});
