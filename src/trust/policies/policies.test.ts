import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { Json } from "../../core/json-bytes.ts";
import { celFormula } from "./cel.ts";
import {
  type Breadth,
  type TrustPolicy,
  admits,
  awsPolicy,
  azurePolicy,
  breadthOf,
  decide,
  googlePolicy,
  policyOf,
  publisherPolicy,
  vaultPolicy,
  waysOf,
} from "./index.ts";
import {
  type Row,
  type TokenName,
  awsRows,
  azureRows,
  googleRows,
  publisherRows,
  tokens,
  vaultRows,
} from "./table.ts";

const NAMES = Object.keys(tokens) as TokenName[];

/** `ref?prod`: it depends on that environment's rules; `!`: it admits nobody; `~`: pedantic. */
const shown = ({ kind, environment, broken, pedantic }: Breadth): string =>
  `${kind}${environment === undefined ? "" : `?${environment}`}${broken === true ? "!" : ""}${pedantic === true ? "~" : ""}`;

function compare(rows: readonly Row[], read: (row: Row) => TrustPolicy): void {
  for (const row of rows) {
    const policy = read(row);
    const decided = NAMES.map((name) => [name, admits(policy, tokens[name])] as const);
    const of = (wanted: boolean | null): TokenName[] =>
      decided.filter(([, { admitted }]) => admitted === wanted).map(([name]) => name);
    const broad = [...new Set(breadthOf(policy).map(shown))].toSorted();
    assert.deepEqual(
      { name: row.name, admits: of(true), open: of(null), broad },
      {
        name: row.name,
        admits: NAMES.filter((name) => row.admits.includes(name)),
        open: NAMES.filter((name) => row.open?.includes(name) === true),
        broad: [...row.broad],
      },
    );
    for (const [, { reason }] of decided)
      assert.ok(reason.length > 0 && !/undefined|\[object/.test(reason), reason);
  }
}

const must = (policy: TrustPolicy | null | string): TrustPolicy => {
  assert.ok(policy !== null && typeof policy !== "string", String(policy));
  return policy;
};

test("AWS: operators, sets, absent keys, several statements", () =>
  compare(awsRows, ({ policy }) => awsPolicy(policy)));
test("Google: conditions, mappings, members", () =>
  compare(googleRows, ({ policy, members }) =>
    must(googlePolicy(policy, members === undefined ? {} : { members })),
  ));
test("Azure: classic and flexible", () => compare(azureRows, ({ policy }) => must(azurePolicy(policy))));
test("Vault: bound claims, globs", () =>
  compare(vaultRows, ({ policy, issuer }) => must(vaultPolicy(policy, { issuer: issuer ?? null }))));
test("publishers: the file and the environment", () =>
  compare(publisherRows, ({ policy }) => must(publisherPolicy(policy))));

test("the tables hold at least sixty policies, and both answers in each", () => {
  const rows = [...awsRows, ...googleRows, ...azureRows, ...vaultRows, ...publisherRows];
  assert.ok(rows.length >= 60, String(rows.length));
  assert.ok(rows.filter(({ broad }) => broad.length === 0).length >= 20);
  assert.ok(rows.filter(({ broad }) => broad.length > 0).length >= 20);
});

test("a publisher takes its workflow's tokens for its own audience", () => {
  const policy = must(
    publisherPolicy({
      registry: "pypi",
      package: "fraud",
      repository: "Acme/fraud",
      workflow: "deploy.yml",
      environment: "prod",
    }),
  );
  const verdict = (name: TokenName, more: object = {}): boolean | null =>
    admits(policy, { ...tokens[name], aud: "pypi", ...more }).admitted;
  assert.deepEqual(
    [
      verdict("prod"),
      verdict("main"),
      verdict("prod", { aud: "x" }),
      verdict("prod", { job_workflow_ref: "acme/fraud/.github/workflows/ci.yml@refs/heads/main" }),
    ],
    [true, false, false, false],
  );
  for (const bad of [
    null,
    [],
    {},
    { registry: "pipy" },
    { registry: "npm", package: "a", repository: "b", workflow: "c" },
    { registry: "npm", package: "a", repository: "a/b", workflow: "c", brnach: "x" },
  ])
    assert.equal(typeof publisherPolicy(bad as Json), "string");
});

test("why a token is refused is said by its claim", () => {
  const policy = awsPolicy(awsRows[0]?.policy ?? null);
  assert.match(
    admits(policy, tokens.branch).reason,
    /`sub` is repo:acme\/fraud:ref:refs\/heads\/feature, and repo:acme\/fraud:ref:refs\/heads\/main is asked/,
  );
  assert.match(admits(policy, tokens.lab).reason, /no statement is about tokens of https:\/\/gitlab\.com/);
  assert.match(admits(policy, tokens.audience).reason, /`aud` is https:\/\/github\.com\/acme/);
});

test("documents of any shape are read without a throw, and what is no policy is none", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const policy = policyOf(value as Json);
      if (policy !== null) for (const name of NAMES) admits(policy, tokens[name]);
    }),
    { numRuns: 300 },
  );
  const near = fc.record({
    Statement: fc.array(
      fc.record({
        Effect: fc.constantFrom("Allow", "Deny"),
        Principal: fc.constantFrom<Json>("*", { Federated: "accounts.google.com" }, { Federated: ["x", 7] }),
        Action: fc.constantFrom<Json>("sts:*", ["sts:AssumeRoleWithWebIdentity"]),
        Condition: fc.dictionary(fc.string(), fc.jsonValue()),
      }),
    ),
  });
  fc.assert(
    fc.property(near, (value) => {
      const policy = awsPolicy(value as Json);
      breadthOf(policy);
      for (const name of NAMES) admits(policy, tokens[name]);
    }),
    { numRuns: 300 },
  );
});

test("expressions of any text are read without a throw, in bounded time and depth", () => {
  const word = fc.constantFrom(
    "assertion",
    ".sub",
    "[",
    "]",
    "(",
    ")",
    "==",
    "!=",
    "&&",
    "||",
    "!",
    "?",
    ":",
    "'a'",
    '"b"',
    "in",
    "has",
    ".startsWith",
    "true",
    ",",
    "1",
    "\\",
    "'",
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), (words) => {
      const formula = celFormula(words.join(" "), new Map(), "");
      for (const name of NAMES) decide(formula, tokens[name]);
      waysOf(formula);
    }),
    { numRuns: 500 },
  );
  assert.equal(decide(celFormula("(".repeat(100_000), new Map(), ""), tokens.main), null);
  assert.equal(decide(celFormula("!".repeat(100_000), new Map(), ""), tokens.main), null);
  const wide = Array.from({ length: 9 }, (_, n) => `(assertion.a == '${n}' || assertion.b == '${n}')`).join(
    " && ",
  );
  assert.equal(waysOf(celFormula(wide, new Map(), "")), null, "more ways than anybody can read");
});
