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
  lintUser,
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
    ["equals", [1.5], 1.5, true],
    ["glob", [["*"] as never], "a", false],
    ["glob", ["a"], undefined, false],
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
  const object = { a: 1 };
  assert.ok(!holds("equals", [object], object), "an object is no value, not even itself");
  for (const name of ["__proto__", "constructor", "/a/length", "/a/", "/a/00", "/a/ 0", "/a/0.0", "/a/-0"])
    assert.equal(claimAt({ a: ["x"] }, name), undefined, name);
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
    for (const part of NEEDED[id] ?? []) {
      const { [part]: _, ...others } = parts;
      assert.equal(issuer(id).buildSubject(others), null, `${id} without ${part}`);
    }
  }
  assert.deepEqual(Object.keys(NEEDED).sort(), issuers.map(({ id }) => id).sort());
});

/** What a subject cannot be made without. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  github: ["repository"],
  gitlab: ["repository", "ref"],
  circleci: ["organization", "repository", "user"],
  buildkite: ["organization", "repository", "ref"],
  bitbucket: ["repository", "step"],
  "azure-devops": ["organization", "project", "connection"],
  kubernetes: ["namespace", "account"],
};

const CIRCLE = "oidc.circleci.com/";
const CONNECTION =
  "/eid1/c/pub/t/x/a/x/sc/11111111-1111-4111-8111-111111111111/22222222-2222-4222-8222-222222222222";
/** Claim, value, what it settles, whom else it lets in. The first value of each claim is a usual one. */
const READ: Readonly<Record<string, readonly (readonly [string, string, string, string?])[]>> = {
  github: [
    ["repository", "acme/fraud", "repository"],
    ["repository", "acme", ""],
    ["repository", "/fraud", ""],
    ["repository", "acme/", ""],
    ["repository", "acme/*", "", "organization"],
    ["repository", "acme/f*", "", "organization"],
    ["repository", "*/fraud", "", "fork"],
    ["repository", "*/f*", "", "repository"],
    ["repository", "/*", "", "repository"],
    ["repository", "*", "", "repository"],
    ["repository_id", "42", "repository"],
    ["repository_id", "4*", ""],
    ["repository_id", "", ""],
    ["repository_owner", "acme", "", "organization"],
    ["repository_owner_id", "7", "", "organization"],
    ["enterprise", "acme", "", "organization"],
    ["ref", "refs/heads/main", "ref"],
    ["ref", "refs/tags/v*", "ref"],
    ["ref", "refs/heads/*", ""],
    ["ref", "refs/*", ""],
    ["ref", "", ""],
    ["ref", "refs/pull/1/merge", "", "pull-request"],
    ["ref", "refs/pull/*", "", "pull-request"],
    ["sha", "c0ffee", "ref"],
    ["environment", "prod", "environment"],
    ["environment", "pro*", "", "environment"],
    ["environment", "", ""],
    ["event_name", "push", "event"],
    ["event_name", "push*", "event"],
    ["event_name", "pull_request", "", "pull-request"],
    ["event_name", "pull_request_target", "", "pull-request"],
    ["event_name", "pull_request_review", "", "pull-request"],
    ["event_name", "issue_comment", "", "pull-request"],
    ["event_name", "workflow_run", "", "pull-request"],
    ["event_name", "pull_request_x", "event"],
    ["event_name", "pull", "event"],
    ["event_name", "pull_request_t*", "", "pull-request"],
    ["workflow_ref", "acme/fraud/.github/workflows/t.yml@refs/heads/main", "repository workflow ref"],
    ["workflow_ref", "acme/fraud/.github/workflows/t.yml@*", "repository workflow"],
    ["workflow_ref", "acme/fraud/.github/workflows/t.yml@refs/pull/*", "repository workflow", "pull-request"],
    ["workflow_ref", "acme/fraud/.github/workflows/*", "repository"],
    ["workflow_ref", "acme/fraud*", "", "organization"],
    ["workflow_ref", "acme/*", "", "organization"],
    ["workflow_ref", "*", "", "repository"],
    ["workflow_ref", "//x*", "", "repository"],
    ["workflow_ref", "acme/fraud@refs/heads/main", ""],
    ["workflow_ref", "t.yml", ""],
    ["job_workflow_ref", "acme/ci/.github/workflows/t.yml@refs/tags/v1", "workflow"],
    ["job_workflow_ref", "acme/ci/.github/workflows/t.yml@*", ""],
    ["job_workflow_ref", "acme/ci/*", ""],
  ],
  gitlab: [
    ["project_path", "acme/fraud", "repository"],
    ["project_id", "9", "repository"],
    ["namespace_path", "acme", "", "organization"],
    ["namespace_id", "9", "", "organization"],
    ["ref", "main", "ref"],
    ["ref", "ma*", "ref"],
    ["ref", "m*", ""],
    ["ref", "m", "ref"],
    ["ref", "", ""],
    ["ref", "pull-requests/1", "", "pull-request"],
    ["ref_path", "refs/heads/main", "ref"],
    ["ref_path", "refs/merge-requests/1/head", "", "pull-request"],
    ["ref_type", "branch", "origin"],
    ["ref_type", "b*", ""],
    ["ref_protected", "true", "ref origin"],
    ["ref_protected", "false", ""],
    ["sha", "c0ffee", "ref origin"],
    ["environment", "prod", "environment"],
    ["pipeline_source", "push", "event"],
    ["pipeline_source", "merge_request_event", "", "pull-request"],
    ["pipeline_source", "external_pull_request_event", "", "pull-request"],
  ],
  circleci: [
    [`${CIRCLE}project-id`, "p-1", "repository"],
    [`${CIRCLE}org-id`, "o-1", "", "organization"],
    [`${CIRCLE}vcs-origin`, "github.com/acme/fraud", "origin"],
    [`${CIRCLE}vcs-ref`, "refs/heads/main", "ref"],
  ],
  buildkite: [
    ["organization_slug", "acme", "origin"],
    ["organization_id", "o-1", "origin"],
    ["pipeline_slug", "fraud", "repository"],
    ["pipeline_id", "p-1", "repository origin"],
    ["build_branch", "main", "ref"],
    ["build_branch", "pull/1", "", "pull-request"],
    ["build_tag", "v1", "ref"],
    ["build_commit", "c0ffee", "ref"],
    ["ref", "refs/heads/main", "ref"],
    ["step_key", "train", "workflow"],
  ],
  bitbucket: [
    ["repositoryUuid", "{r-1}", "repository"],
    ["workspaceUuid", "{w-1}", "", "organization"],
    ["branchName", "main", "ref"],
    ["deploymentEnvironmentUuid", "{e-1}", "environment"],
  ],
  "azure-devops": [
    ["sub", "sc://acme/fraud/train", "repository"],
    ["sub", CONNECTION, "repository"],
    ["sub", "sc://acme/fraud", ""],
    ["sub", "train", ""],
    ["sub", "sc://acme/fraud/*", "", "repository"],
    ["sub", "sc://acme/*", "", "repository"],
    ["sub", "sc://ac*", "", "organization"],
  ],
  kubernetes: [
    ["/kubernetes.io/namespace", "prod", "repository"],
    ["/kubernetes.io/serviceaccount/name", "train", "workflow"],
    ["/kubernetes.io/serviceaccount/uid", "u-1", "workflow repository"],
  ],
};

test("every claim of every issuer settles what it says, and a wildcard in it what is still certain", () => {
  for (const { id, claims } of issuers) {
    const rows = READ[id] ?? [];
    assert.deepEqual(Object.keys(claims), [...new Set(rows.map(([claim]) => claim))], id);
    for (const [claim, value, pins, opened = ""] of rows) {
      const read = claims[claim]?.read(patternOf(value, "glob"));
      const said = [read?.pins.join(" "), read?.opens?.map(({ kind }) => kind).join(" ") ?? ""];
      assert.deepEqual(said, [pins, opened], `${id} ${claim}: ${value}`);
    }
  }
});

test("a subject says what it surely says, and nothing where it is of another form", () => {
  const custom = [
    ...[
      "actor",
      "actor_id",
      "enterprise",
      "enterprise_id",
      "event_name",
      "job_workflow_ref",
      "job_workflow_sha",
    ],
    ...["repository", "repository_id", "repository_owner", "repository_owner_id", "repository_visibility"],
    ...["runner_environment", "workflow", "workflow_ref", "workflow_sha"],
  ];
  const name = "/kubernetes.io/serviceaccount/name";
  const namespace = "/kubernetes.io/namespace";
  const rows: [string, string, Record<string, string> | null][] = [
    ...custom.map((claim): [string, string, Record<string, string>] => [
      "github",
      `${claim}:x`,
      { [claim]: "x" },
    ]),
    ["github", "repo:a/b:pull_request", { repository: "a/b", event_name: "pull_request" }],
    ["github", "repo:a/b:pull_request:ref:r", { repository: "a/b", event_name: "pull_request", ref: "r" }],
    ["github", "repo:a/b:pull_request*", { repository: "a/b" }],
    ["github", "repo:a/b*", { repository: "a/b*" }],
    ["github", "repo:a/b:*", { repository: "a/b" }],
    ["github", "repo:a/b:ref:refs/*", { repository: "a/b", ref: "refs/*" }],
    ["github", "repo:a%3Ab:ref:r%3A*", { repository: "a:b", ref: "r%3A*" }],
    ["github", "repo:a/b:pull_request:ref:*", { repository: "a/b", event_name: "pull_request", ref: "*" }],
    ["github", ":*", null],
    ["github", "repo", null],
    ["github", "re*", {}],
    ["github", "toString:x", null],
    ["github", "constructor:x*", null],
    ["github", "x:repo:a/b", null],
    [
      "circleci",
      "org/o/project/p/user/u/vcs-origin/github.com/a/b/vcs-ref/refs/heads/m",
      {
        [`${CIRCLE}org-id`]: "o",
        [`${CIRCLE}project-id`]: "p",
        user: "u",
        [`${CIRCLE}vcs-origin`]: "github.com/a/b",
        [`${CIRCLE}vcs-ref`]: "refs/heads/m",
      },
    ],
    [
      "circleci",
      "org/o/vcs-origin/github.com/a/*",
      { [`${CIRCLE}org-id`]: "o", [`${CIRCLE}vcs-origin`]: "github.com/a/*" },
    ],
    ["bitbucket", "{r}:{s}", { repositoryUuid: "{r}" }],
    ["bitbucket", "{r}:*", { repositoryUuid: "{r}" }],
    ["bitbucket", "{r*", { repositoryUuid: "{r*" }],
    ["bitbucket", "{r}", null],
    ["kubernetes", "system:serviceaccount:n:a", { [namespace]: "n", [name]: "a" }],
    ["kubernetes", "system:serviceaccount:n:a*", { [namespace]: "n", [name]: "a*" }],
    ["kubernetes", "system:serviceaccount:n:*", { [namespace]: "n", [name]: "*" }],
    ["kubernetes", "system:serviceaccount:n*", { [namespace]: "n*" }],
    ["kubernetes", "system:serviceaccount:n", null],
    ["kubernetes", "system:serviceaccount:n:a:b", null],
    ["kubernetes", "system:node:n:a", null],
    ["kubernetes", "other:serviceaccount:n:a", null],
    ["kubernetes", "sys*", {}],
    ["kubernetes", "other*", null],
  ];
  for (const [id, subject, wanted] of rows) {
    const parts = issuer(id).subject(patternOf(subject, "glob"));
    const said = parts && Object.fromEntries(parts.map(({ claim, pattern }) => [claim, pattern.text]));
    assert.deepEqual(said, wanted, `${id} ${subject}`);
    for (const { pattern } of parts ?? []) assert.equal(pattern.open, pattern.text.includes("*"), subject);
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
        fc.constantFrom("sub", "toString", ...Object.keys(one.claims)),
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

test("at an unknown issuer a condition counts that refuses some token; at a known one who logs in is no job's choice", () => {
  const rows: [OperatorName, string[], boolean][] = [
    ["glob", ["*"], false],
    ["glob", ["**"], false],
    ["like", ["?*"], false],
    ["glob", ["a", "*"], false],
    ["glob", ["a*"], true],
    ["glob", ["*a"], true],
    ["equals", ["*"], true],
    ["equals", ["a"], true],
  ];
  for (const [operator, values, narrow] of rows) {
    const found = lint({ audiences: ["a"], conditions: [{ claim: "sub", operator, values }] });
    assert.equal(found.length === 0, narrow, `${operator} ${values}`);
  }
  for (const audiences of [[], [""], ["a", ""]])
    assert.deepEqual(
      lint({ audiences, conditions: [{ claim: "sub", operator: "equals", values: ["s"] }] }).map(
        ({ claim }) => claim,
      ),
      ["aud"],
    );
  const lines = (id: string, claim: string, value: string): string[] =>
    lint(
      { audiences: ["a"], conditions: [{ claim, operator: "glob", values: [value] }] },
      { issuer: issuer(id) },
    ).map(({ manifestLine }) => manifestLine);
  const workflow = 'workflow: "OWNER/REPOSITORY/.github/workflows/FILE.yml@refs/heads/main"';
  const ref = "ref: refs/heads/main";
  assert.deepEqual(
    lines("gitlab", "project_path", "a/b"),
    ["ref: main"],
    "no type of a ref that is not asked",
  );
  assert.deepEqual(lines("github", "repository_owner", "a"), ["repository: OWNER/REPOSITORY", ref, workflow]);
  assert.deepEqual(lines("github", "environment", "p*"), [
    "environment: NAME",
    "repository: OWNER/REPOSITORY",
    ref,
    workflow,
  ]);
  const users: [string, string, boolean][] = [
    ["github", "repository", true],
    ["github", "toString", true],
    ["github", "actor", true],
    ["github", "ref", false],
    ["github", "workflow", false],
    ["buildkite", "organization_id", true],
    ["buildkite", "step_key", false],
  ];
  for (const [id, claim, fine] of users)
    assert.equal(lintUser(claim, issuer(id)).length === 0, fine, `${id} ${claim}`);
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
    ["https://kubernetes.default.svc", "kubernetes"],
    ["https://container.googleapis.com/v1/projects/p/locations/l/clusters/c", "kubernetes"],
    ["https://westeurope.oic.prod-aks.azure.com/t/c/", "kubernetes"],
  ];
  for (const [iss, id] of known) assert.equal(issuerOf(iss)?.id, id, iss);
  for (const iss of [
    "",
    "https://token.actions.githubusercontent.com.evil.example",
    "https://gitlab.com.evil",
    "http://agent.buildkite.com",
    "https://evil/?x=/_services/token/",
    "https://oidc.eks.evil.example/id/0ABC",
    "https://container.googleapis.com/v1/projects/p",
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
  const alone = ruleOf(issuer("github"), { workflow: ["train.yml"] }).rule;
  assert.deepEqual(
    alone.conditions[0]?.values,
    ["train.yml"],
    "no repository and ref to put before and behind it",
  );
  const halves = [{ ref: ["refs/heads/main"] }, { repository: ["a/b"] }];
  for (const half of halves)
    assert.deepEqual(
      ruleOf(issuer("github"), { workflow: ["t.yml"], ...half }).rule.conditions.find(
        ({ claim }) => claim === "workflow_ref",
      )?.values,
      ["t.yml"],
    );
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
  const typeOf = (more: Readonly<Record<string, readonly string[]>>) =>
    ruleOf(issuer("gitlab"), { repository: ["a/b"], ...more }).rule.conditions.find(
      ({ claim }) => claim === "ref_type",
    )?.values;
  assert.equal(typeOf({}), undefined, "without a ref there is no branch");
  assert.deepEqual(typeOf({ ref: ["v1"], "ref-type": ["tag"] }), ["tag"]);
  assert.equal(typeOf({ ref: ["main"], "ref-protected": ["true"] }), undefined);
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
  assert.equal(said(one("environment", "glob", "prod", "p*")), undefined, "each of the values fixes it");
  assert.equal(said(one("sub", "glob", claims.sub, "repo:acme/fraud:*")), undefined);
  assert.equal(said(one("sub", "glob", "repo:acme/fraud:environment:*")), undefined);
  assert.equal(
    said(one("actor", "equals", claims.sub)),
    undefined,
    "another claim of that form is no subject",
  );
  const rule = { audiences: [], conditions: [one("environment", "equals", "prod")] };
  const facts = vouchedFacts(github, { repository: "acme/fraud", environment: "", run_id: 7 }, rule);
  assert.deepEqual(
    facts,
    { ci_system: "github", repository: "acme/fraud", run: "7" },
    "what is there, no more",
  );
});

test("words of a declaration are its own, and `*` alone makes a pattern", () => {
  const { conditions } = ruleOf(issuer("github"), {
    constructor: ["x"],
    toString: ["y"],
    repository: ["acme/fraud"],
    ref: ["refs/heads/main", "refs/tags/v*"],
  }).rule;
  assert.deepEqual(conditions, [
    { claim: "constructor", operator: "equals", values: ["x"] },
    { claim: "toString", operator: "equals", values: ["y"] },
    { claim: "repository", operator: "equals", values: ["acme/fraud"] },
    { claim: "ref", operator: "glob", values: ["refs/heads/main", "refs/tags/v*"] },
  ]);
});
