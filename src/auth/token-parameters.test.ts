/** What a role may say of its tokens, at the bounds, and what it grants. */
import assert from "node:assert/strict";
import test from "node:test";
import { NEW_TOKEN_PARAMETERS, type TokenParameters, checkParameters, grantOf } from "./token-parameters.ts";

const HOUR = 3_600_000;
const of = (change: Partial<TokenParameters>): TokenParameters => ({ ...NEW_TOKEN_PARAMETERS, ...change });

test("parameters that could not work are refused, their bounds are not", () => {
  const bad: [Partial<TokenParameters>, RegExp][] = [
    [{ token_type: "weird" }, /token_type/],
    [{ token_num_uses: -1 }, /negative/],
    [{ token_ttl: HOUR + 1, token_max_ttl: HOUR }, /cannot be greater/],
    [{ token_type: "batch", token_num_uses: 1 }, /limited use count/],
    [{ token_type: "default-batch", token_num_uses: 1 }, /limited use count/],
    [{ token_type: "batch", token_period: 1 }, /periodic/],
    [{ token_policies: ["a", "root"] }, /root tokens/],
    [{ token_approvals: -1 }, /token_approvals/],
    [{ token_approvals: 1_000 }, /token_approvals/],
    [{ token_window: "sometimes" }, /token_window/],
    [{ token_window: "Mon 16:00-08:00" }, /token_window/],
    [{ token_bound_cidrs: ["10.0.0.0/8", "x"] }, /address or network/],
  ];
  for (const [change, wanted] of bad)
    assert.throws(() => checkParameters(of(change)), wanted, JSON.stringify(change));
  for (const fine of [
    {},
    { token_ttl: HOUR, token_max_ttl: HOUR },
    { token_ttl: HOUR, token_max_ttl: 0 },
    { token_type: "batch", token_num_uses: 0, token_period: 0 },
    { token_type: "service", token_num_uses: 3, token_period: HOUR },
    { token_approvals: 0, token_window: "" },
    { token_approvals: 1, token_window: "Mon-Thu 08:00-16:00" },
    { token_bound_cidrs: ["10.0.0.0/8"] },
  ])
    checkParameters(of(fine));
});

test("a grant asks for what the parameters say, and for nothing where they say nothing", () => {
  const who = { displayName: "d", metadata: { a: "b" }, role: "r" };
  const bare = grantOf(of({}), who);
  assert.deepEqual(bare.conditions, {});
  assert.deepEqual(
    [bare.ttl, bare.maxTtl, bare.explicitMaxTtl, bare.period, bare.numUses, bare.type],
    Array(6).fill(undefined),
  );
  const window = "Mon 08:00-16:00";
  const full = grantOf(
    of({
      token_approvals: 2,
      token_window: window,
      token_ttl: 1,
      token_max_ttl: 2,
      token_explicit_max_ttl: 3,
      token_period: 4,
      token_num_uses: 5,
    }),
    who,
  );
  assert.deepEqual(full.conditions, { approvals: 2, window });
  assert.deepEqual([full.ttl, full.maxTtl, full.explicitMaxTtl, full.period, full.numUses], [1, 2, 3, 4, 5]);
  assert.deepEqual(
    ["batch", "default-batch", "service", "default-service", "default"].map(
      (token_type) => grantOf(of({ token_type }), who).type,
    ),
    ["batch", "batch", "service", "service", undefined],
  );
});
