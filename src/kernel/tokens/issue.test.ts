/** What a new token's record holds, rule by rule. */
import assert from "node:assert/strict";
import test from "node:test";
import type { AuthGrant, Caller, MountInfo } from "../plugin.ts";
import {
  type IssueContext,
  asMadeBy,
  behindIt,
  blankRecord,
  checkDescription,
  newRecord,
  policySet,
  principalOf,
  settledGrant,
} from "./issue.ts";
import { lifetime } from "./lifetime.ts";

const HOUR = 3_600_000;
const NOW = 1_000_000_000;
const grant = (change: Partial<AuthGrant> = {}): AuthGrant => ({
  policies: ["a"],
  metadata: {},
  displayName: "d",
  ...change,
});
const caller = (change: Partial<Caller>): Caller => ({ type: "service", root: false, ...change }) as Caller;
const mount = (change: object): MountInfo => ({ accessor: "acc", path: "auth/x/", ...change }) as MountInfo;
const context: IssueContext = {
  ...{
    defaultTtl: HOUR,
    maxTtl: 10 * HOUR,
    path: "auth/x/login",
    mount: undefined,
    now: NOW,
    parentHash: "",
    entityId: "",
  },
};
const made = (change: Partial<AuthGrant>, more: Partial<IssueContext> = {}) =>
  newRecord(grant(change), change.policies ?? ["a"], { ...context, ...more });

test("policies are names in order, each once, with the default one; root stands alone", () => {
  assert.deepEqual(policySet(grant({ policies: [" B", "a", "b", ""] })), ["a", "b", "default"]);
  assert.deepEqual(policySet(grant({ noDefaultPolicy: true })), ["a"]);
  assert.deepEqual(policySet(grant({ policies: ["ROOT"] })), ["root"]);
  assert.throws(() => policySet(grant({ policies: ["root", "a"] })), { code: "policy.root-not-alone" });
});

test("who may make which token", () => {
  const settle = (change: Partial<AuthGrant>, by: Partial<Caller> | null, at?: MountInfo) =>
    settledGrant(grant(change), {
      ...{ path: "p", parent: by === null ? null : caller(by) },
      ...(at === undefined ? {} : { mount: at }),
    });
  const bad: [Partial<AuthGrant>, Partial<Caller> | null, RegExp][] = [
    [{}, { type: "batch" }, /cannot create more tokens/],
    [{ policies: ["response-wrapping"] }, null, /cannot assign policy/],
    [{ policies: ["root"] }, null, /parent token being root/],
    [{ policies: ["root"] }, {}, /parent token being root/],
    [{ policies: ["root"], type: "batch" }, { root: true }, /cannot be root tokens/],
    [{ type: "batch", numUses: 1 }, null, /num_uses/],
    [{ type: "batch", period: 1 }, null, /period/],
    [{ boundCidrs: ["x"] }, null, /network/],
  ];
  for (const [change, by, wanted] of bad)
    assert.throws(() => settle(change, by), wanted, JSON.stringify(change));
  assert.deepEqual(settle({ policies: ["root"] }, { root: true }).policies, ["root"]);
  const types: [string, AuthGrant["type"], string][] = [
    ["service", "batch", "service"],
    ["batch", "service", "batch"],
    ["default-batch", undefined, "batch"],
    ["default-batch", "service", "service"],
    ["default-service", undefined, "service"],
    ["default-service", "batch", "batch"],
    ["", undefined, "service"],
  ];
  for (const [tokenType, type, wanted] of types)
    assert.equal(
      settle(type === undefined ? {} : { type }, null, mount({ settings: { tokenType } })).type,
      wanted,
      `${tokenType} ${type}`,
    );
});

test("how long it lives: the least of all bounds, and root without any end where none is asked", () => {
  const life = (change: Partial<AuthGrant>, more: Partial<IssueContext> = {}) => {
    const { record } = made(change, more);
    return record.expires === null ? null : (record.expires - NOW) / HOUR;
  };
  const root = { policies: ["root"] };
  const rows: [Partial<AuthGrant>, Partial<IssueContext>, number | null][] = [
    [{}, {}, 1],
    [{ ttl: 2 * HOUR }, {}, 2],
    [{ ttl: 20 * HOUR }, {}, 10],
    [{ ttl: 5 * HOUR, maxTtl: 3 * HOUR }, {}, 3],
    [{ maxTtl: HOUR / 2 }, {}, 0.5],
    [{ maxTtl: 0 }, {}, 1],
    [{ ttl: 5 * HOUR, explicitMaxTtl: 2 * HOUR }, {}, 2],
    [{ period: 20 * HOUR }, {}, 20],
    [{ period: 20 * HOUR, explicitMaxTtl: 2 * HOUR }, {}, 2],
    [{}, { mount: mount({ defaultLeaseTtl: 3 * HOUR }) }, 3],
    [{ ttl: 9 * HOUR }, { mount: mount({ maxLeaseTtl: 4 * HOUR }) }, 4],
    [{ ttl: 30 * HOUR }, { mount: mount({ maxLeaseTtl: 40 * HOUR }) }, 30],
    [root, {}, null],
    [{ ...root, ttl: HOUR }, {}, 1],
    [{ ...root, period: 2 * HOUR }, {}, 2],
    [{ ...root, explicitMaxTtl: HOUR / 2 }, {}, 0.5],
  ];
  for (const [change, more, wanted] of rows)
    assert.equal(life(change, more), wanted, JSON.stringify([change, more]));
  assert.deepEqual(
    [root, { ...root, ttl: HOUR }, {}, { renewable: false }].map((change) => made(change).record.renewable),
    [false, true, true, false],
  );
  assert.deepEqual([made(root).record.creationTtl, made({}).record.creationTtl], [0, HOUR]);
  const limits = { defaultTtl: HOUR, maxTtl: 2 * HOUR, explicitMaxTtl: 0, period: 0 };
  assert.deepEqual(lifetime(2 * HOUR, 0, limits), { ttl: 2 * HOUR, warnings: [] }, "up to the bound");
  assert.equal(
    lifetime(0, 0, { ...limits, defaultTtl: 3 * HOUR }).warnings.length,
    1,
    "told when it is made",
  );
  assert.equal(lifetime(3 * HOUR, HOUR, limits).warnings.length, 1, "and where it is asked for");
  assert.equal(lifetime(0, 1.5 * HOUR, limits).warnings.length, 0, "not at a renewal that asks for nothing");
});

test("a token is made by one that lives, has no counted uses, and stands behind it", () => {
  const of = (change: object) => ({
    ...blankRecord({ policies: [], path: "p", displayName: "d", created: NOW }),
    ...change,
  });
  const lives = of({ expires: NOW + 1 });
  assert.throws(() => asMadeBy(null, lives, NOW), { code: "auth.missing-token" });
  assert.throws(() => asMadeBy(of({ expires: NOW }), lives, NOW), { code: "auth.missing-token" });
  assert.throws(() => asMadeBy(of({ numUses: 1 }), lives, NOW), /restricted use/);
  assert.throws(() => asMadeBy(lives, of({}), NOW), /non-expiring root tokens/);
  assert.equal(asMadeBy(of({}), of({}), NOW).expires, null, "root makes root");
  const networks = (own: string[], makers: string[]) =>
    asMadeBy(of({ boundCidrs: makers }), of({ boundCidrs: own }), NOW).boundCidrs;
  assert.deepEqual(
    [networks([], ["10.0.0.0/8"]), networks(["11.0.0.0/8"], ["10.0.0.0/8"])],
    [["10.0.0.0/8"], ["11.0.0.0/8"]],
  );
  const behind = (said: object, creator: object) => {
    const { actor, principal } = behindIt(of(said), creator);
    return [actor, principal];
  };
  const ada = { actor: "person", principal: "acc/ada" } as const;
  const robot = { actor: "machine", principal: "acc/robot" } as const;
  assert.deepEqual(behind({}, ada), ["person", "acc/ada"]);
  assert.deepEqual(behind(robot, ada), ["person", "acc/ada"], "no machine is made of a person");
  assert.deepEqual(behind(ada, robot), ["person", "acc/robot"], "and a person stays one");
  assert.deepEqual(behind(ada, { actor: "machine" }), ["person", "acc/ada"]);
  assert.deepEqual(behind(robot, {}), [undefined, undefined]);
});

test("what stands in every audit entry is bounded; a principal is told apart by its mount", () => {
  checkDescription(grant({ metadata: { m: "x".repeat(16_000) } }));
  assert.throws(() => checkDescription(grant({ metadata: { m: "x".repeat(17_000) } })), {
    code: "token.invalid",
  });
  const alias = { name: "ada", metadata: {} };
  assert.equal(principalOf(grant({ alias }), mount({})), "acc/ada");
  assert.equal(principalOf(grant({ alias }), undefined), "/ada");
  assert.equal(principalOf(grant(), mount({})), "acc/d");
  assert.equal(principalOf(grant({ principal: "", alias }), mount({})), "", "whom nobody knows stays nobody");
});
