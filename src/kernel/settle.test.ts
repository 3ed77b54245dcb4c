/** From a handler's reply to what is answered: which of it becomes a token, a lease, a wrapping; and the path that policies are asked about. */
import assert from "node:assert/strict";
import test from "node:test";
import { RawJson } from "../core/json-bytes.ts";
import { Secret } from "../core/secret.ts";
import type { Settled } from "./envelope.ts";
import type { Steps } from "./handle.ts";
import type { AuthGrant, Caller, MintedAuth, MountInfo, Operation, Reply } from "./plugin.ts";
import type { ParsedRequest } from "./request.ts";
import { type Route, policyPath } from "./router.ts";
import { emptyList, settle, wrapUp } from "./settle.ts";
import type { LeaseInfo, WrapInfo } from "./services.ts";
import type { Presented } from "./tokens/index.ts";

const MINTED: MintedAuth = {
  token: Secret.copy("t"),
  accessor: "acc",
  policies: [],
  tokenPolicies: [],
  metadata: {},
  ttl: 1,
  renewable: true,
  entityId: "",
  type: "service",
  orphan: true,
  numUses: 0,
};
const GRANT: AuthGrant = { policies: ["p"], metadata: {}, displayName: "d" };
const LEASE: LeaseInfo = { id: "toy/1", issueTime: 0, expireTime: 1, lastRenewal: null, renewable: true };
const GRANTED = { ttl: 1, renewable: true, internal: {} };
const WRAP: WrapInfo = {
  token: Secret.copy("w"),
  accessor: "wa",
  ttl: 1,
  creationTime: 0,
  creationPath: "p",
  wrappedAccessor: "",
};
// all of a mount that is looked at here
const MOUNT = { path: "toy/", uuid: "u" } as MountInfo;
const ROUTE = { mounted: { info: MOUNT }, path: "x", match: null } as unknown as Route;
const NOWHERE: Route = { mounted: null, path: "x", match: null };
const REQUEST = { path: "toy/x", wrapTtl: 0, help: false } as ParsedRequest;
const CALLER = { actor: "machine" } as Caller;
const presented = (more: Partial<Presented> = {}): Presented =>
  ({ spent: false, leases: { tokenHash: "h", until: 9 }, ...more }) as Presented;

/** The steps that are asked here, written down in order. */
function steps(): { readonly steps: Steps; readonly asked: unknown[][] } {
  const asked: unknown[][] = [];
  const found = {
    clock: { now: () => 0 },
    approvals: {
      whereAllowed: (mount: MountInfo, work: (allow: (grant: AuthGrant) => AuthGrant) => unknown) => {
        asked.push(["allowed", mount.path]);
        return work((grant) => grant);
      },
    },
    tokens: {
      issueLogin: async (login: (root: unknown) => Promise<AuthGrant>, options: { path: string }) => {
        asked.push(["issue", (await login({ scope: (prefix: string) => prefix })).displayName, options.path]);
        return MINTED;
      },
    },
    leases: {
      register: (...given: unknown[]) => {
        asked.push(["register", given[0], given[2], given[4]]);
        return Promise.resolve(LEASE);
      },
      revoke: (id: string) => Promise.resolve(void asked.push(["revoke", id])),
    },
    wrapping: {
      wrap: (given: { status: number; accessor: string; actor: string; envelope: readonly Buffer[] }) => {
        const { status, accessor, actor, envelope } = given;
        asked.push(["wrap", status, accessor, actor, Buffer.concat([...envelope]).toString("utf8")]);
        return Promise.resolve(WRAP);
      },
    },
  };
  return { steps: found as unknown as Steps, asked };
}

test("an empty list is nothing there; other answers with keys stay", () => {
  const reply = (keys: unknown): Reply => ({ data: { keys } as NonNullable<Reply["data"]> });
  assert.equal(emptyList("list", reply([])), null);
  for (const [operation, keys] of [
    ["list", ["a"]],
    ["list", ""],
    ["list", undefined],
    ["read", []],
    ["scan", []],
  ] as const)
    assert.notEqual(emptyList(operation, reply(keys)), null, `${operation} ${String(keys)}`);
  assert.equal(emptyList("list", undefined), undefined);
  assert.equal(emptyList("list", null), null);
});

test("what a handler grants is minted once; what was minted already is shown as it is", async () => {
  const settled = async (reply: Reply | null | undefined, route = ROUTE) => {
    const { steps: own, asked } = steps();
    const { auth } = await settle(own, REQUEST, route, presented(), reply);
    return [auth === null ? null : auth.accessor, asked];
  };
  const issued = [
    ["allowed", "toy/"],
    ["issue", "d", "toy/x"],
  ];
  assert.deepEqual(await settled({ auth: GRANT }), ["acc", issued]);
  assert.deepEqual(await settled({ login: () => Promise.resolve(GRANT) }), ["acc", issued]);
  assert.deepEqual(await settled({ auth: { ...MINTED, accessor: "own" } }), ["own", []]);
  for (const nothing of [{}, null, undefined, { data: {} }])
    assert.deepEqual(await settled(nothing), [null, []]);
  assert.deepEqual(await settled({ auth: GRANT }, NOWHERE), [null, []]);
});

test("a leased secret hangs on its token: on its last use, and within a request's own login, it ends at once", async () => {
  const lease = async (given: Reply["lease"], by: Presented | null, route = ROUTE) => {
    const { steps: own, asked } = steps();
    const found = await settle(own, REQUEST, route, by, given === undefined ? {} : { lease: given }).then(
      ({ lease: one }) => one?.id ?? null,
      (error: unknown) => (error as { code?: string }).code ?? (error as Error).name,
    );
    return [found, asked];
  };
  const registered = ["register", "toy/x", "h", 9];
  assert.deepEqual(await lease(GRANTED, presented()), ["toy/1", [registered]]);
  assert.deepEqual(await lease(LEASE, null), ["toy/1", []], "a renewal is shown as it is");
  assert.deepEqual(await lease(GRANTED, null), ["TypeError", []]);
  assert.deepEqual(await lease(undefined, null), [null, []]);
  assert.deepEqual(await lease(GRANTED, presented(), NOWHERE), [null, []]);
  const ended = [registered, ["revoke", "toy/1"]];
  assert.deepEqual(await lease(GRANTED, presented({ spent: true })), ["token.invalid", ended]);
  assert.deepEqual(await lease(GRANTED, presented({ inline: true })), ["inline.invalid", ended]);
});

test("what says something is wrapped where that was asked for, and for nobody whom nobody knows", async () => {
  const wrapped = async (
    more: Partial<Settled>,
    { wrapTtl = 60_000, help = false, caller = CALLER as Caller | null } = {},
  ): Promise<unknown> => {
    const { steps: own, asked } = steps();
    const settled = { reply: { data: { a: 1 } }, auth: null, lease: null, wrap: null, ...more };
    const done = await wrapUp(own, { ...REQUEST, wrapTtl, help }, caller, settled, "id").catch(
      (error: unknown) => error,
    );
    if (done instanceof Error) return (done as Error & { code?: string }).code;
    return asked.length === 0 ? done === settled : asked[0]?.slice(0, 4);
  };
  const AS_IS = true;
  assert.deepEqual(await wrapped({}), ["wrap", 200, "", "machine"]);
  assert.deepEqual(await wrapped({ auth: MINTED }), ["wrap", 200, "acc", "machine"]);
  assert.deepEqual(await wrapped({ auth: MINTED }, { caller: null }), ["wrap", 200, "acc", ""], "a login");
  assert.equal(await wrapped({}, { caller: null }), "request.unsupported-header");
  const kept = { status: 200, body: new RawJson(Buffer.from('{"data":null}')) };
  assert.deepEqual(await wrapped({ reply: { kept } }, { caller: null }), ["wrap", 200, "", ""]);
  for (const [name, more, options] of [
    ["not asked for", {}, { wrapTtl: 0 }],
    ["help", {}, { help: true }],
    ["nothing there", { reply: null }, {}],
    ["nothing to say", { reply: undefined }, {}],
    ["another form", { reply: { bare: {} } }, {}],
    ["no JSON", { reply: { raw: { contentType: "x", body: Buffer.from("x") } } }, {}],
    ["wrapped already", { wrap: WRAP }, {}],
  ] as const)
    assert.equal(await wrapped(more, options), AS_IS, name);
  const { steps: own, asked } = steps();
  const settled = { reply: { data: { a: 1 }, flatten: true }, auth: null, lease: null, wrap: null };
  const result = await wrapUp(own, { ...REQUEST, wrapTtl: 1 }, CALLER, settled, "id");
  assert.equal(result.wrap, WRAP);
  assert.equal(
    "a" in (JSON.parse(String(asked[0]?.[4])) as object),
    false,
    "inside, without the copy at the top",
  );
});

test("a slash at the end means to a policy what it means to the handler", () => {
  const route = (pattern: string | null, path = "x"): Route =>
    ({
      mounted: null,
      path,
      match: pattern === null ? null : { declaration: { pattern }, params: {} },
    }) as unknown as Route;
  const asked = (path: string, operation: Operation, at: Route): string =>
    policyPath({ path, operation }, at);
  assert.equal(asked("sys/seal/", "update", route("seal")), "sys/seal");
  assert.equal(asked("sys/seal", "update", route("seal")), "sys/seal");
  assert.equal(asked("sys/seal/", "list", route("seal")), "sys/seal/");
  assert.equal(asked("sys/seal/", "scan", route("seal")), "sys/seal/");
  assert.equal(asked("kv/a/", "read", route("{path*}")), "kv/a/");
  assert.equal(asked("kv/a/", "read", route(null)), "kv/a/");
  assert.equal(asked("toy/", "read", route("", "")), "toy/", "the mount itself");
});
