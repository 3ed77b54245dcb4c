/** What clients get for each outcome: status, body and headers. */
import assert from "node:assert/strict";
import test from "node:test";
import { BulkheadError } from "../core/errors.ts";
import { RawJson } from "../core/json-bytes.ts";
import { Secret } from "../core/secret.ts";
import { type Settled, failureOf, render, statusOf } from "./envelope.ts";
import type { MintedAuth, Reply } from "./plugin.ts";
import type { LeaseInfo, WrapInfo } from "./services.ts";

const NOW = 1_000_000;
const settled = (more: Partial<Settled> = {}): Settled => ({
  reply: undefined,
  auth: null,
  lease: null,
  wrap: null,
  ...more,
});
const status = (more: Partial<Settled>): number => statusOf({ settled: settled(more) });
const body = (more: Partial<Settled>) => {
  const answer = render({ settled: settled(more) }, "id-1", NOW);
  const text = Buffer.concat([...answer.body]).toString("utf8");
  return { ...answer, text, json: text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {} };
};
const reply = (more: Reply): Partial<Settled> => ({ reply: more });

const auth = (more: Partial<MintedAuth> = {}): MintedAuth => ({
  token: Secret.copy("t"),
  accessor: "a",
  policies: ["b", "default"],
  tokenPolicies: ["b", "default"],
  metadata: {},
  ttl: 90_500,
  renewable: true,
  entityId: "",
  type: "service",
  orphan: false,
  numUses: 0,
  ...more,
});
const lease: LeaseInfo = {
  id: "toy/1",
  issueTime: NOW,
  expireTime: NOW + 1_001,
  lastRenewal: null,
  renewable: true,
};
const wrap = (wrappedAccessor: string): WrapInfo => ({
  token: Secret.copy("w"),
  accessor: "wa",
  ttl: 60_000,
  creationTime: NOW,
  creationPath: "sys/wrapping/wrap",
  wrappedAccessor,
});
const raw = { contentType: "application/pkix-crl", body: Buffer.from("crl") };
const kept = { status: 207, body: new RawJson(Buffer.from('{"request_id":"old","data":{"a":1}}')) };

test("the status says whether there is anything to read", () => {
  const rows: readonly [Partial<Settled>, number][] = [
    [{}, 204],
    [{ reply: null }, 404],
    [reply({}), 204],
    [reply({ data: {} }), 200],
    [reply({ data: null }), 200],
    [reply({ warnings: [] }), 204],
    [reply({ warnings: ["w"] }), 200],
    [reply({ bare: {} }), 200],
    [reply({ raw }), 200],
    [reply({ status: 404, data: {} }), 404],
    [reply({ kept }), 207],
    [{ auth: auth() }, 200],
    [{ lease }, 200],
    [{ wrap: wrap("") }, 200],
    [{ wrap: wrap(""), reply: null }, 200],
  ];
  for (const [outcome, wanted] of rows) assert.equal(status(outcome), wanted, JSON.stringify(outcome));
});

test("nothing to say is no body; what is not there has an empty list of errors", () => {
  assert.equal(body({}).text, "");
  assert.equal(body({ reply: null }).text, '{"errors":[]}');
  const other = body(reply({ raw }));
  assert.deepEqual([other.text, other.headers["content-type"]], ["crl", "application/pkix-crl"]);
  assert.deepEqual(body(reply({ bare: { a: 1 } })).json, { a: 1 });
  assert.deepEqual(body(reply({ kept })).json, { request_id: "id-1", data: { a: 1 } });
  assert.equal(body(reply({ data: {} })).headers["cache-control"], "no-store");
  assert.equal(body(reply({ data: {}, publicFor: 90_500 })).headers["cache-control"], "public, max-age=90");
});

test("the envelope, with and without each part", () => {
  const empty = {
    request_id: "id-1",
    lease_id: "",
    renewable: false,
    lease_duration: 0,
    data: null,
    wrap_info: null,
    warnings: null,
    auth: null,
  };
  assert.deepEqual(body(reply({ data: null })).json, empty);
  assert.deepEqual(body(reply({ data: { a: 1 } })).json, { ...empty, data: { a: 1 } });
  assert.deepEqual(body(reply({ data: { a: 1 }, flatten: true })).json, { a: 1, ...empty, data: { a: 1 } });
  assert.deepEqual(body(reply({ data: {}, leaseDuration: 5_900 })).json, {
    ...empty,
    data: {},
    lease_duration: 5,
  });
  assert.deepEqual(body({ lease }).json, { ...empty, lease_id: "toy/1", renewable: true, lease_duration: 2 });
  assert.equal(body({ lease: { ...lease, expireTime: NOW - 5_000 } }).json.lease_duration, 0);
  assert.deepEqual(body({ reply: { warnings: ["w"] }, auth: auth({ warnings: ["x"] }) }).json.warnings, [
    "w",
    "x",
  ]);
  assert.equal(body({ reply: { warnings: [] }, auth: auth() }).json.warnings, null);
});

test("a login's answer: an entity's policies stand apart and among all", () => {
  const plain = {
    client_token: "t",
    accessor: "a",
    policies: ["b", "default"],
    token_policies: ["b", "default"],
    identity_policies: null,
    metadata: null,
    lease_duration: 90,
    renewable: true,
    entity_id: "",
    token_type: "service",
    orphan: false,
    mfa_requirement: null,
    num_uses: 0,
  };
  assert.deepEqual(body({ auth: auth() }).json.auth, plain);
  assert.deepEqual(body({ auth: auth({ identityPolicies: [] }) }).json.auth, plain);
  assert.deepEqual(
    body({ auth: auth({ identityPolicies: ["a", "b"], metadata: { k: "v" }, token: null }) }).json.auth,
    {
      ...plain,
      client_token: "",
      policies: ["a", "b", "default"],
      identity_policies: ["a", "b"],
      metadata: { k: "v" },
    },
  );
});

test("what is wrapped shows nothing but its token", () => {
  const shown = (wrappedAccessor: string, warnings?: readonly string[]) =>
    body({
      wrap: wrap(wrappedAccessor),
      reply: { data: { secret: "s" }, ...(warnings && { warnings }) },
      auth: auth(),
      lease,
    }).json;
  const info = {
    token: "w",
    accessor: "wa",
    ttl: 60,
    creation_time: "1970-01-01T00:16:40.000Z",
    creation_path: "sys/wrapping/wrap",
  };
  const plain = {
    request_id: "",
    lease_id: "",
    renewable: false,
    lease_duration: 0,
    data: null,
    wrap_info: info,
    warnings: null,
    auth: null,
  };
  assert.deepEqual(shown(""), plain);
  assert.deepEqual(shown("inner", []), { ...plain, wrap_info: { ...info, wrapped_accessor: "inner" } });
  assert.deepEqual(shown("", ["w"]), { ...plain, warnings: ["w"] });
});

test("errors: rows of the table as they are, a refusal by policy in Vault's words, anything else by its id", () => {
  const denied = failureOf(new BulkheadError("auth.denied"), "id-1");
  assert.deepEqual([denied.status, denied.errors], [403, ["1 error occurred:\n\t* permission denied\n\n"]]);
  const missing = new BulkheadError("auth.missing-token");
  const told = failureOf(missing, "id-1");
  assert.deepEqual(
    [told.errors, told.code, told.hint],
    [[missing.message], "auth.missing-token", missing.hint],
  );
  const odd = failureOf(new Error("the password is hunter2"), "id-1");
  assert.deepEqual(
    [odd.status, odd.errors, odd.code],
    [500, ["internal error (request id-1)"], "internal.unexpected"],
  );
  const answer = render({ failure: { ...odd, hint: "ä\n" } }, "id-1", NOW);
  assert.deepEqual(
    [answer.status, answer.headers["x-bulkhead-code"], answer.headers["x-bulkhead-hint"]],
    [500, "internal.unexpected", "%C3%A4%0A"],
  );
  assert.equal(Buffer.concat([...answer.body]).toString(), '{"errors":["internal error (request id-1)"]}');
});
