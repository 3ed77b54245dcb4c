/** Conditions, subjects and lint by themselves: what is certain, what is not, whatever the text. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import {
  claimAt,
  evaluate,
  issuerById,
  issuerOf,
  issuers,
  lint,
  ruleOf,
  shownClaim,
  vouchedFacts,
} from "./index.ts";
import { patternOf, wild } from "./conditions.ts";
import type { Condition, Issuer, OperatorName } from "./types.ts";

const holds = (operator: OperatorName, values: Condition["values"], given: unknown): boolean =>
  evaluate([{ claim: "c", operator, values }], { c: given } as never).held;
const issuer = (id: string): Issuer => {
  const found = issuerById(id);
  assert.ok(found, id);
  return found;
};

test("a condition holds only where it surely does", () => {
  const rows: [OperatorName, Condition["values"], unknown, boolean][] = [
    ["equals", ["a"], "a", true],
    ["equals", ["a", "b"], "b", true],
    ["equals", ["a"], "A", false],
    ["equals", ["*"], "a", false],
    ["equals", ["*"], "*", true],
    ["equals", [1], "1", false],
    ["equals", ["1"], 1, false],
    ["equals", [1], 1, true],
    ["equals", [true], "true", false],
    ["equals", [9_007_199_254_740_993], 9_007_199_254_740_992, false],
    ["equals", ["a"], ["x", "a"], true],
    ["equals", ["a"], ["x"], false],
    ["equals", ["a"], [], false],
    ["equals", [], "a", false],
    ["equals", ["a"], null, false],
    ["equals", [null], null, false],
    ["equals", ["a"], { a: 1 }, false],
    ["equals", ["a"], [["a"]], false],
    ["glob", ["a*"], "abc", true],
    ["glob", ["*c"], "abc", true],
    ["glob", ["a*c"], "abc", true],
    ["glob", ["a*b"], "abc", false],
    ["glob", ["a?c"], "abc", false],
    ["glob", ["*"], 5, false],
    ["like", ["a?c"], "abc", true],
    ["like", ["a?c"], "ac", false],
    ["like", ["repo:acme/*"], "repo:acme/x", true],
  ];
  for (const [operator, values, given, wanted] of rows)
    assert.equal(holds(operator, values, given), wanted, `${operator} ${JSON.stringify([values, given])}`);
  for (const name of ["__proto__", "constructor", "toString", "/constructor/name", "/c/length"])
    assert.ok(!evaluate([{ claim: name, operator: "glob", values: ["*"] }], { c: "x" }).held, name);
  for (const name of ["__proto__", "constructor", "/a/length"])
    assert.equal(claimAt({ a: ["x"] }, name), undefined);
  assert.equal(claimAt({ "a/b": "1", a: { "b~c": ["x", "y"] } }, "a/b"), "1");
  assert.equal(claimAt({ a: { "b~c": ["x", "y"] } }, "/a/b~0c/1"), "y");
});

test("a glob is what a regular expression of it is", () => {
  const char = fc.constantFrom("a", "b", "*", "?", ":", "/");
  const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  fc.assert(
    fc.property(
      fc.string({ unit: char, maxLength: 8 }),
      fc.string({ unit: char, maxLength: 10 }),
      (pattern, text) => {
        const model = (one: boolean): boolean => {
          const body = [...pattern].map((part) =>
            part === "*" ? ".*" : one && part === "?" ? "." : escape(part),
          );
          return new RegExp(`^${body.join("")}$`, "s").test(text);
        };
        assert.equal(wild(pattern, text, false), model(false));
        assert.equal(wild(pattern, text, true), model(true));
      },
    ),
    { numRuns: 3_000 },
  );
  const long = "a".repeat(8_000);
  assert.equal(wild(`${"*a".repeat(500)}b`, long, false), false, "and ends");
});

test("subjects are built and taken apart alike, with what must be escaped", () => {
  const word = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}$/);
  fc.assert(
    fc.property(word, word, fc.string({ minLength: 1, maxLength: 12 }), (owner, name, environment) => {
      const github = issuer("github");
      const subject = github.buildSubject({ repository: `${owner}/${name}`, environment });
      assert.ok(subject !== null);
      fc.pre(!environment.includes("%3A"));
      const parts = github.subject(patternOf(subject, "equals"));
      assert.deepEqual(
        parts?.map(({ claim, pattern }) => [claim, pattern.text]),
        [
          ["repository", `${owner}/${name}`],
          ["environment", environment],
        ],
        subject,
      );
    }),
  );
  const built: [string, Record<string, string>, string][] = [
    ["github", { repository: "a/b", ref: "refs/heads/main" }, "repo:a/b:ref:refs/heads/main"],
    ["github", { repository: "a@1/b@2", event: "pull_request" }, "repo:a@1/b@2:pull_request"],
    ["gitlab", { repository: "a/b", ref: "main" }, "project_path:a/b:ref_type:branch:ref:main"],
    [
      "circleci",
      { organization: "o", repository: "p", user: "u", origin: "github.com/a/b", ref: "refs/heads/m" },
      "org/o/project/p/user/u/vcs-origin/github.com/a/b/vcs-ref/refs/heads/m",
    ],
    [
      "buildkite",
      { organization: "o", repository: "p", ref: "refs/heads/m", commit: "c", step: "s" },
      "organization:o:pipeline:p:ref:refs/heads/m:commit:c:step:s",
    ],
    ["bitbucket", { repository: "{r}", environment: "{e}", step: "{s}" }, "{r}:{e}:{s}"],
    ["azure-devops", { organization: "o", project: "p", connection: "c" }, "sc://o/p/c"],
    ["kubernetes", { namespace: "n", account: "a" }, "system:serviceaccount:n:a"],
  ];
  for (const [id, parts, subject] of built) {
    assert.equal(issuer(id).buildSubject(parts), subject);
    assert.ok((issuer(id).subject(patternOf(subject, "equals"))?.length ?? 0) > 0, subject);
    assert.equal(issuer(id).buildSubject({}), null);
  }
});

test("no text makes lint throw, and a wider pattern is never found narrower", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom("repo:", "a", "/", "*", ":", "@", "ref", "environment", "%3A") }),
  );
  for (const one of issuers)
    fc.assert(
      fc.property(
        text,
        fc.constantFrom("sub", ...Object.keys(one.claims)),
        fc.nat(20),
        (value, claim, at) => {
          const rule = (pattern: string) => ({
            audiences: ["a"],
            conditions: [{ claim, operator: "glob", values: [pattern] } as const],
          });
          const count = lint(rule(value), { issuer: one }).length;
          const wider = `${value.slice(0, at)}*`;
          if (count > 0 && wild(wider, value, false))
            assert.ok(lint(rule(wider), { issuer: one }).length > 0, `${value} | ${wider}`);
          assert.ok(lint(rule("*"), { issuer: one }).length > 0);
        },
      ),
      { numRuns: 300 },
    );
});

test("issuers are known by their address and nothing like it", () => {
  const known: [string, string][] = [
    ["https://token.actions.githubusercontent.com", "github"],
    ["https://token.actions.githubusercontent.com/acme", "github"],
    ["https://token.actions.acme.ghe.com", "github"],
    ["https://git.example/_services/token", "github"],
    ["https://gitlab.com", "gitlab"],
    ["https://agent.buildkite.com", "buildkite"],
    ["https://oidc.eks.eu-west-1.amazonaws.com/id/0ABC", "kubernetes"],
  ];
  for (const [iss, id] of known) assert.equal(issuerOf(iss)?.id, id, iss);
  for (const iss of [
    "",
    "https://token.actions.githubusercontent.com.evil.example",
    "https://gitlab.com.evil",
    "http://agent.buildkite.com",
    "https://evil/?x=/_services/token/",
  ])
    assert.equal(issuerOf(iss), undefined, iss);
});

test("the declaration's words are a platform's claims", () => {
  const { rule, issuer: address } = ruleOf(issuer("github"), {
    repository: ["acme/fraud"],
    workflow: ["train.yml", "x/y/.github/workflows/z.yml@refs/heads/q"],
    ref: ["refs/heads/main", "refs/tags/v*"],
    audience: ["me"],
  });
  assert.equal(address, "https://token.actions.githubusercontent.com");
  assert.deepEqual(rule.audiences, ["me"]);
  assert.deepEqual(rule.conditions.find(({ claim }) => claim === "workflow_ref")?.values, [
    "acme/fraud/train.yml@refs/heads/main",
    "acme/fraud/train.yml@refs/tags/v*",
    "x/y/.github/workflows/z.yml@refs/heads/q",
  ]);
  const gitlab = ruleOf(issuer("gitlab"), {
    repository: ["a/b"],
    ref: ["main"],
    issuer: ["https://git.example"],
  });
  assert.equal(gitlab.issuer, "https://git.example");
  assert.deepEqual(
    gitlab.rule.conditions.map(({ claim }) => claim),
    ["project_path", "ref", "ref_type"],
  );
  assert.deepEqual(lint(gitlab.rule, { issuer: issuer("gitlab") }), []);
});

test("what the operator's log shows is one bounded line and no credential", () => {
  assert.equal(shownClaim("access_token", "x"), "(not shown)");
  assert.equal(shownClaim("ref", "a\nb\u202e"), "a?b?");
  assert.ok(shownClaim("ref", "x".repeat(5_000)).length < 260);
  assert.equal(shownClaim("ref", undefined), "(absent)");
});

test("two words of a declaration for one claim must both hold", () => {
  const words = { repository: ["acme/fraud", "acme/x"], project: ["acme/fraud"], ref: ["main"] };
  const valuesOf = (more: object) =>
    ruleOf(issuerById("gitlab"), { ...words, ...more }).rule.conditions.find(
      ({ claim }) => claim === "project_path",
    )?.values;
  assert.deepEqual(valuesOf({}), ["acme/fraud"]);
  assert.deepEqual(valuesOf({ project: ["evil/x"] }), [], "never satisfied, and refused by the lint");
  const { rule } = ruleOf(issuerById("gitlab"), { ...words, project: ["evil/x"] });
  assert.ok(lint(rule, { issuer: issuerById("gitlab") }).some(({ claim }) => claim === "project_path"));
});

test("a job's own word for its environment is vouched for only where the rule fixes it", () => {
  const github = issuerById("github");
  assert.ok(github);
  const claims = { repository: "acme/fraud", environment: "prod", sub: "repo:acme/fraud:environment:prod" };
  const said = (...conditions: readonly Condition[]) =>
    vouchedFacts(github, claims, { audiences: [], conditions }).environment;
  const one = (claim: string, operator: OperatorName, ...values: readonly string[]): Condition => ({
    claim,
    operator,
    values,
  });
  assert.equal(said(one("repository", "equals", "acme/fraud")), undefined);
  assert.equal(said(one("environment", "glob", "pr*")), undefined);
  assert.equal(said(one("sub", "glob", "repo:acme/fraud:*")), undefined);
  assert.equal(said(one("environment", "equals", "prod")), "prod");
  assert.equal(said(one("sub", "equals", claims.sub)), "prod");
  assert.equal(vouchedFacts(github, claims, { audiences: [], conditions: [] }).repository, "acme/fraud");
});
