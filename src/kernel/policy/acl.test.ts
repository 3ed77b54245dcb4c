import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import {
  decideInTurn,
  describeDisagreement,
  disagreements,
  hclOf,
  policyCases,
} from "../../../test/support/policy-cases.ts";
import { modelAllows, modelCapabilities } from "../../../test/support/policy-model.ts";
import { scale } from "../../../test/support/scale.ts";
import { ManualClock } from "../../core/clock.ts";
import { isBulkheadError } from "../../core/errors.ts";
import { compileAcl } from "./acl.ts";
import { DEFAULT_POLICY, DEFAULT_POLICY_TEXT, rootPolicy } from "./builtin.ts";
import { parsePolicy } from "./parse.ts";
import { OPERATION_BITS, type Operation, type TemplateValues } from "./types.ts";

const acl = (...texts: string[]) => compileAcl(texts.map((text, at) => parsePolicy(`p${at}`, text)));
const granting = (...paths: string[]) =>
  acl(paths.map((path, at) => `path "${path}" { capabilities = ["read"] comment = "${at}" }`).join("\n"));

test("the most specific pattern decides", () => {
  for (const [better, worse, path] of [
    ["a/b/*", "a/*", "a/b/c"],
    ["a/b*", "a/+", "a/b"],
    ["a/+", "a/*", "a/b"],
    ["a/b/+/d", "a/+/c/d", "a/b/c/d"],
    ["a/+/c", "a/+/*", "a/b/c"],
    ["a/+/c/d", "a/+/+/d", "a/b/c/d"],
    ["a/+/c/d*", "a/+/c/*", "a/b/c/dx"],
    ["a/+/+/y/xz*", "a/+/b/+/x*", "a/q/b/y/xz"],
    ["a/+/b/+/x*", "a/+/+/y/x*", "a/q/b/y/x1"],
    ["a/+/b", "a/+/+", "a/x/b"],
    ["ab/*", "+/cdef", "ab/cdef"],
    ["a/+/b*", "a/+/+/c*", "a/x/by/cz"],
    ["a/b", "a/*", "a/b"],
    ["a/b", "a/+", "a/b"],
  ] as const) {
    assert.equal(
      granting(better, worse).decide({ operation: "read", path }).rule,
      better,
      `${better} over ${worse}`,
    );
    assert.equal(
      granting(worse, better).decide({ operation: "read", path }).rule,
      better,
      `${better} over ${worse}`,
    );
  }
});

test("policies on one path unite, and deny erases", () => {
  const read = 'path "a" { capabilities = ["read"] }';
  assert.deepEqual(acl(read, 'path "a" { capabilities = ["sudo", "list"] }').capabilities("a"), [
    "list",
    "read",
    "sudo",
  ]);
  for (const texts of [
    [read, 'path "a" { capabilities = ["deny"] }'],
    ['path "a" { capabilities = ["deny"] }', read],
  ]) {
    const decision = acl(...texts).decide({ operation: "read", path: "a" });
    assert.deepEqual([decision.allowed, decision.reason, decision.capabilities], [false, "denied", ["deny"]]);
    assert.deepEqual(decision.policies, ["p0", "p1"]);
  }
  const [deny, sudo] = [
    'path "a" { capabilities = ["deny"] }',
    'path "a" { capabilities = ["sudo", "read"] }',
  ];
  for (const both of [acl(deny, sudo), acl(sudo, deny)]) {
    assert.equal(both.decide({ operation: "read", path: "a" }).sudo, false);
    assert.deepEqual(both.capabilities("a"), ["deny"]);
  }
});

test("sudo marks root privilege and allows nothing itself", () => {
  const decision = acl('path "sys/audit" { capabilities = ["sudo"] }').decide({
    operation: "read",
    path: "sys/audit",
  });
  assert.deepEqual([decision.allowed, decision.sudo, decision.reason], [false, true, "capability"]);
});

test("root is everything, alone", () => {
  const root = compileAcl([rootPolicy]);
  assert.deepEqual(root.capabilities("any"), ["root"]);
  assert.deepEqual(
    [
      root.root,
      root.decide({ operation: "delete", path: "x" }).allowed,
      root.decide({ operation: "read", path: "" }).sudo,
    ],
    [true, true, true],
  );
  assert.throws(
    () => compileAcl([rootPolicy, parsePolicy("p", "")]),
    (error) => isBulkheadError(error) && error.code === "policy.root-not-alone",
  );
  assert.deepEqual(compileAcl([]).capabilities("a"), ["deny"]);
});

test("help needs no policy, unknown operations have none", () => {
  assert.equal(compileAcl([]).decide({ operation: "help", path: "a" }).allowed, true);
  const all = acl(
    'path "*" { capabilities = ["create","read","update","delete","list","patch","scan","sudo"] }',
  );
  for (const operation of ["constructor", "__proto__", "sudo", ""])
    assert.equal(all.decide({ operation: operation as Operation, path: "a" }).allowed, false, operation);
});

test("lists fall back to the rule without the slash", () => {
  const exact = acl('path "a/b" { capabilities = ["list", "scan", "read"] }');
  for (const operation of ["list", "scan"] as const)
    assert.equal(exact.decide({ operation, path: "a/b/" }).allowed, true);
  assert.equal(exact.decide({ operation: "read", path: "a/b/" }).allowed, false);
  assert.equal(exact.decide({ operation: "read", path: "///a/b" }).allowed, true);
  assert.deepEqual(exact.capabilities("a/b/"), ["list", "read", "scan"]);
});

test("parameters: required, then denied, then allowed", () => {
  const one = acl(`path "a" {
    capabilities = ["update"]
    required_parameters = ["owner"]
    denied_parameters = { kind = ["x*"] }
    allowed_parameters = { owner = [], kind = [], ttl = [5, "5"] }
  }`);
  const allows = (data: Record<string, unknown>) =>
    one.decide({ operation: "update", path: "a", data }).allowed;
  assert.equal(allows({ owner: "me", KIND: "ok", ttl: 5 }), true);
  for (const data of [
    {},
    { kind: "y" },
    { owner: 1, kind: "xy" },
    { owner: 1, other: 1 },
    { owner: 1, ttl: 6 },
    { Owner: 1 },
  ])
    assert.equal(allows(data), false, JSON.stringify(data));
  assert.equal(allows(JSON.parse('{"owner": 1, "__proto__": 1}') as Record<string, unknown>), false);
  const odd = acl('path "a" { capabilities = ["read"] required_parameters = ["constructor"] }');
  assert.equal(odd.decide({ operation: "read", path: "a", data: { x: 1 } }).allowed, false);
  assert.equal(one.decide({ operation: "update", path: "a" }).reason, "parameters");
});

test("data is fetched only where a rule looks at it, and a failure to fetch refuses", () => {
  const data = (): never => {
    throw new Error("not JSON");
  };
  assert.equal(granting("a").decide({ operation: "read", path: "a", data }).allowed, true);
  const limited = acl(
    'path "a" { capabilities = ["read", "list"] denied_parameters = { x = [] } pagination_limit = 2 }',
  );
  assert.equal(limited.decide({ operation: "read", path: "a", data }).reason, "parameters");
  assert.equal(limited.decide({ operation: "list", path: "a", data }).reason, "pagination");
});

test("wrapping times must fit, and merged ones may leave nothing", () => {
  const text = 'path "a" { capabilities = ["read"] min_wrapping_ttl = "1m" max_wrapping_ttl = "5m" }';
  const allows = (of: ReturnType<typeof acl>, wrapTtl?: number) =>
    of.decide({ operation: "read", path: "a", wrapTtl }).allowed;
  assert.deepEqual(
    [undefined, 0, 59_999, 60_000, 300_000, 300_001, Number.NaN].map((ttl) => allows(acl(text), ttl)),
    [false, false, false, true, true, false, false],
  );
  const merged = acl(
    'path "a" { capabilities = ["read"] max_wrapping_ttl = "1m" }',
    'path "a" { min_wrapping_ttl = "2m" }',
  );
  assert.equal(allows(merged, 90_000), false);
  const least = acl(
    'path "a" { capabilities = ["read"] max_wrapping_ttl = "5m" }',
    'path "a" { max_wrapping_ttl = "1m" }',
  );
  assert.deepEqual([allows(least, 60_000), allows(least, 90_000)], [true, false]);
});

test("the policy's page size takes the place of a larger, unlimited or absent one", () => {
  const limited = acl('path "a/" { capabilities = ["list"] pagination_limit = 10 }');
  const ask = (limit?: unknown) =>
    limited.decide({ operation: "list", path: "a/", data: limit === undefined ? {} : { limit } });
  assert.deepEqual(
    [ask().listLimit, ask("max").listLimit, ask("5").listLimit, ask(10).listLimit],
    [10, 10, 5, 10],
  );
  assert.equal(limited.decide({ operation: "list", path: "a/" }).listLimit, 10);
  const free = acl('path "a/" { capabilities = ["list"] }');
  assert.deepEqual(
    ["max", 5, undefined].map(
      (limit) => free.decide({ operation: "list", path: "a/", data: { limit } }).listLimit,
    ),
    [0, null, null],
  );
  const asked = acl(
    'path "a/" { capabilities = ["list"] pagination_limit = 10 required_parameters = ["limit"] }',
  );
  assert.equal(asked.decide({ operation: "list", path: "a/", data: {} }).reason, "pagination");
  for (const limit of ["0", "-1", "11", "x", 1.5, null, ["1"]])
    assert.equal(ask(limit).allowed, false, String(limit));
  assert.equal(
    granting("a").decide({ operation: "read", path: "a", data: { limit: "max" } }).listLimit,
    null,
  );
});

test("a rule ends at its time and the next one takes over", () => {
  const clock = new ManualClock(1_000_000);
  const policy = parsePolicy(
    "p",
    'path "a/b" { capabilities = ["update"] expiration = 1060 } path "a/*" { capabilities = ["read"] }',
  );
  const timed = compileAcl([policy], {}, clock);
  assert.deepEqual(timed.capabilities("a/b"), ["update"]);
  clock.advance(60_000);
  assert.deepEqual(timed.capabilities("a/b"), ["read"]);
});

const caller: TemplateValues = {
  entity: {
    id: "e-1",
    name: "ann+ml@example.com",
    metadata: { team: "red", star: "*", plus: "+", deep: "x/+", slash: "a/b", empty: "", "k*": "v" },
    aliases: [{ mountAccessor: "jwt_1", id: "a-1", name: "repo:acme", customMetadata: { k: "v" } }],
  },
  groups: [{ id: "g-1", name: "ops", metadata: { floor: "2" } }],
};

test("templates are filled in, and what does not resolve is dropped", () => {
  for (const [expression, expected] of [
    ["identity.entity.id", "e-1"],
    [" identity.entity.name ", "ann+ml@example.com"],
    ["identity.entity.metadata.team", "red"],
    ["identity.entity.aliases.jwt_1.name", "repo:acme"],
    ["identity.entity.aliases.jwt_1.id", "a-1"],
    ["identity.entity.aliases.jwt_1.custom_metadata.k", "v"],
    ["identity.groups.ids.g-1.name", "ops"],
    ["identity.groups.names.ops.metadata.floor", "2"],
    ["identity.entity.metadata.none", null],
    ["identity.entity.metadata.constructor", null],
    ["identity.entity.metadata.empty", null],
    ["identity.entity.aliases.jwt_2.name", null],
    ["identity.groups.names.dev.id", null],
    ["identity.groups.others.ops.id", null],
    ["identity.entity.metadata.k*", "v"],
    ["identity.entity.metadata", null],
    ["identity", null],
    ["", null],
  ] as const) {
    const policy = parsePolicy("p", `path "s/{{${expression}}}/x" { capabilities = ["read"] }`);
    assert.equal(policy.templated, true);
    const found = compileAcl([policy], caller).decide({ operation: "read", path: `s/${expected ?? ""}/x` });
    assert.equal(found.allowed, expected !== null, expression);
    if (expected === null) assert.equal(compileAcl([policy], caller).granted().size, 0, expression);
    assert.equal(
      compileAcl([policy]).decide({ operation: "read", path: `s/${expected ?? ""}/x` }).allowed,
      false,
    );
  }
});

test("a lone + is one segment, a rule without capabilities none", () => {
  const any = granting("+");
  assert.deepEqual(
    ["a", "b", "a/b"].map((path) => any.decide({ operation: "read", path }).allowed),
    [true, true, false],
  );
  const none = acl('path "a" {}');
  assert.deepEqual(none.capabilities("a"), ["deny"]);
  assert.equal(none.decide({ operation: "read", path: "a" }).reason, "denied");
});

test("a template stands among wildcards of the policy's own", () => {
  const policy = parsePolicy("p", 'path "+/{{identity.entity.id}}/*" { capabilities = ["read"] }');
  const filled = compileAcl([policy], caller);
  assert.equal(filled.decide({ operation: "read", path: "any/e-1/x" }).allowed, true);
  assert.equal(filled.decide({ operation: "read", path: "any/e-2/x" }).allowed, false);
  const starred = parsePolicy("p", 'path "s/{{identity.entity.metadata.k*}}" { capabilities = ["read"] }');
  assert.equal(compileAcl([starred], caller).decide({ operation: "read", path: "s/v" }).allowed, true);
});

test("a value that brings in a wildcard or a slash makes the whole ACL refuse", () => {
  for (const key of ["star", "plus", "deep", "slash"]) {
    for (const path of [`s/{{identity.entity.metadata.${key}}}`, `s/{{identity.entity.metadata.${key}}}/x`]) {
      if (key === "star" && path.endsWith("x")) continue; // a star inside is a literal one
      const text = `path "${path}" { capabilities = ["deny"] } path "*" { capabilities = ["read"] }`;
      const compiled = compileAcl([parsePolicy("p", text)], caller);
      for (const asked of ["s/a", "s/a/x", "s/x/a", "s/x/a/x", "other"])
        assert.equal(
          compiled.decide({ operation: "read", path: asked }).reason,
          "template",
          `${path} ${asked}`,
        );
      assert.deepEqual([compiled.capabilities("s/a"), compiled.seesMount("s/")], [["deny"], false]);
      assert.equal(compiled.decide({ operation: "help", path: "s" }).allowed, true);
    }
  }
});

test("a mount is seen where something in it is granted", () => {
  const some = acl(
    'path "kv/a" { capabilities = ["read"] } path "no/*" { capabilities = ["deny"] } path "+/x" { policy = "read" }',
  );
  assert.deepEqual(
    [some.seesMount("kv/"), some.seesMount("kv"), some.seesMount("other/")],
    [true, true, true],
  );
  const narrow = acl(
    'path "kv/*" { capabilities = ["read"] } path "no/*" { capabilities = ["deny"] } path "te*" { policy = "read" }',
  );
  assert.deepEqual(
    ["kv/", "no/", "team/", "k/", "kv2/"].map((mount) => narrow.seesMount(mount)),
    [true, false, true, false, false],
  );
});

test("a mount is seen at its own depth", () => {
  const exact = acl(
    'path "kv" { policy = "read" } path "team/kv/a" { policy = "read" } path "no" { policy = "deny" }',
  );
  assert.deepEqual(
    ["kv/", "kv", "k", "team/kv/", "team/", "team/k", "no/", "other/"].map((mount) => exact.seesMount(mount)),
    [true, true, false, true, true, false, false, false],
  );
  const deep = acl(
    'path "+/bx" { policy = "read" } path "c/+/d/x" { policy = "read" } path "+" { policy = "read" }',
  );
  assert.deepEqual(
    ["a/b/", "a/bx/", "a/bxx/", "c/z/", "c/z/d/", "c/z/e/", "a/", "a/bx/y/"].map((mount) =>
      deep.seesMount(mount),
    ),
    [false, true, false, true, true, false, true, false],
  );
});

const parameters = (name: string, list: string, value: unknown): boolean =>
  acl(`path "a" { capabilities = ["update"] ${name} = { k = ${list} } }`).decide({
    operation: "update",
    path: "a",
    data: { k: value },
  }).allowed;

test("a parameter's values: equal, or with a star in front, behind or on both sides", () => {
  for (const [one, value, matches] of [
    ['"x"', "x", true],
    ['"x"', "xa", false],
    ['"xy"', "x", false],
    ['"*xy"', "axy", true],
    ['"*xy"', "axyb", false],
    ['"xy*"', "xyb", true],
    ['"xy*"', "axyb", false],
    ['"*xy*"', "axyb", true],
    ['"*xy*"', "axb", false],
    ['"*"', "*", true],
    ['"*"', "x", false],
    ['"**"', "x", true],
    ['""', "", true],
    ['""', "x", false],
    ["5", 5, true],
    ["5", "5", false],
    ['"5"', 5, false],
    ["true", true, true],
    ["true", false, false],
    ['"x*"', ["x"], false],
    ['"x*"', { x: 1 }, false],
  ] as const) {
    assert.equal(parameters("allowed_parameters", `[${one}]`, value), matches, `${one} ${String(value)}`);
    assert.equal(parameters("denied_parameters", `[${one}]`, value), !matches, `${one} ${String(value)}`);
  }
  for (const value of ["x", 5, ["x"], null]) {
    assert.equal(parameters("allowed_parameters", "[]", value), true);
    assert.equal(parameters("denied_parameters", "[]", value), false);
  }
});

test("parameters of several policies on a path are joined; an empty table restricts nothing", () => {
  const allows = (data: Record<string, unknown>, ...texts: string[]) =>
    acl(...texts.map((text) => `path "a" { capabilities = ["update"] ${text} }`)).decide({
      operation: "update",
      path: "a",
      data,
    }).allowed;
  const [one, two, any] = ["[1]", "[2]", "[]"].map((list) => `allowed_parameters = { k = ${list} }`) as [
    string,
    string,
    string,
  ];
  for (const texts of [
    [one, two],
    [two, one],
  ])
    assert.deepEqual(
      [1, 2, 3].map((k) => allows({ k }, ...texts)),
      [true, true, false],
    );
  for (const texts of [
    [one, any],
    [any, one],
  ])
    assert.equal(allows({ k: 3 }, ...texts), true);
  const empty = "allowed_parameters = {}";
  for (const texts of [[empty], [empty, empty], [empty, "denied_parameters = { x = [] }"]])
    assert.equal(allows({ k: 3 }, ...texts), true, texts.join());
  assert.deepEqual(
    [allows({ k: 1 }, empty, one), allows({ k: 3 }, empty, one), allows({ k: 3 }, one, empty)],
    [true, false, false],
  );
  assert.equal(allows({ x: 1 }, "denied_parameters = {}", "denied_parameters = { x = [] }"), false);
  const [a, b] = ['required_parameters = ["a"]', 'required_parameters = ["b"]'];
  assert.deepEqual(
    [allows({ a: 1 }, a, b), allows({ a: 1, b: 1 }, a, b), allows({ a: 1 }, a, "")],
    [false, true, true],
  );
  const others = 'allowed_parameters = { "*" = [], k = [1] }';
  assert.deepEqual(
    [allows({ z: 1 }, others), allows({ k: 1 }, others), allows({ k: 2 }, others)],
    [true, true, false],
  );
  assert.equal(allows({ k: 2 }, 'allowed_parameters = { "*" = [] }'), true);
  assert.equal(allows({ k: 2 }, 'denied_parameters = { "*" = [] }'), false);
  assert.equal(allows({}, 'denied_parameters = { "*" = [] }'), true);
});

test("the default policy is about the token itself", () => {
  const mine = compileAcl([parsePolicy(DEFAULT_POLICY, DEFAULT_POLICY_TEXT)], caller);
  for (const [path, capabilities] of Object.entries({
    "auth/token/lookup-self": ["read"],
    "sys/capabilities-self": ["update"],
    "cubbyhole/a/b": ["create", "delete", "list", "read", "update"],
    "sys/internal/ui/mounts/secret": ["read"],
    "identity/entity/id/e-1": ["read"],
    "identity/entity/id/e-2": ["deny"],
    "auth/token/create": ["deny"],
    "secret/data/x": ["deny"],
  }))
    assert.deepEqual(mine.capabilities(path), capabilities, path);
});

test("the ACL agrees with the slow matcher, which shares no code with it", () => {
  for (const set of policyCases(scale(1_500, 20_000), 77, "m")) {
    if (set.policies.flat().some((rule) => rule.minWrap !== undefined || rule.maxWrap !== undefined))
      continue;
    const mine = acl(...set.policies.map(hclOf));
    const found = disagreements(
      set,
      {
        allowed: decideInTurn(set, (request, operation) => modelAllows(set, request, operation)),
        capabilities: set.paths.map((path) => modelCapabilities(set, path)),
      },
      {
        allowed: decideInTurn(
          set,
          ({ path, data }, operation) => mine.decide({ operation, path, data }).allowed,
        ),
        capabilities: set.paths.map((path) => mine.capabilities(path)),
      },
    );
    assert.deepEqual(found.map(describeDisagreement), []);
  }
});

test("decide never throws", () => {
  const mine = acl(
    'path "a/*" { capabilities = ["read", "list", "update"] allowed_parameters = { x = ["a*"] } pagination_limit = 3 min_wrapping_ttl = 5 }',
    'path "+/b" { capabilities = ["read"] required_parameters = ["y"] } path "*" { capabilities = ["create"] }',
  );
  const operations = Object.keys(OPERATION_BITS) as Operation[];
  fc.assert(
    fc.property(
      fc.constantFrom(...operations),
      fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("a/b", "a/", "", "/", "//a//b", "+/b", "a/*")),
      fc.dictionary(fc.string(), fc.anything()),
      fc.option(fc.double(), { nil: undefined }),
      (operation, path, data, wrapTtl) => {
        const decision = mine.decide({ operation, path, data, wrapTtl });
        assert.equal(typeof decision.allowed, "boolean");
        assert.ok(mine.capabilities(path).length > 0);
      },
    ),
    { numRuns: scale(1_000, 50_000) },
  );
});
