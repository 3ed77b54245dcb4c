import assert from "node:assert/strict";
import test from "node:test";
import type { Json } from "../../core/json-bytes.ts";
import {
  type TrustPolicy,
  admits,
  breadthOf,
  policyOf,
  publisherPolicy,
} from "../../trust/policies/index.ts";
import { testFolder } from "../../../test/support/repository.ts";
import { type HostFacts, UNKNOWN_FACTS, type Repository, audit, loadRepository, placeOf } from "../index.ts";
import { type TrustAnswer, trustOf } from "./index.ts";

const HUB = "token.actions.githubusercontent.com";
const aws = (condition: Json): string =>
  JSON.stringify(
    {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${HUB}` },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: condition,
        },
      ],
    },
    null,
    2,
  );
const sub = (value: Json): Json => ({
  StringEquals: { [`${HUB}:aud`]: "sts.amazonaws.com", [`${HUB}:sub`]: value },
});
const like = (value: Json): Json => ({
  StringEquals: { [`${HUB}:aud`]: "sts.amazonaws.com" },
  StringLike: { [`${HUB}:sub`]: value },
});

const WORKFLOWS: Readonly<Record<string, string>> = {
  ".github/workflows/deploy.yml": `on: {push: {branches: [main]}, pull_request: {}}
permissions: {}
jobs:
  ship:
    runs-on: ubuntu-latest
    environment: production
    permissions: {id-token: write}
    steps: [{uses: aws-actions/configure-aws-credentials@v4, with: {role-to-assume: "arn:aws:iam::123456789012:role/deploy"}}]
  plan:
    runs-on: ubuntu-latest
    permissions: {id-token: write}
    steps: [{run: ./plan.sh}]
  test: {runs-on: ubuntu-latest, steps: [{run: make}]}
`,
  ".github/workflows/publish.yml": `on: {release: {types: [published]}}
permissions: {}
jobs:
  npm: {runs-on: ubuntu-latest, environment: npm, permissions: {id-token: write}, steps: [{run: npm publish}]}
`,
};
const SLUG = { host: "github.com", owner: "acme", name: "fraud" };

function answered<T>(
  files: Readonly<Record<string, string>>,
  use: (repository: Repository) => T,
  host: HostFacts | null = null,
): T {
  const folder = testFolder({ ...WORKFLOWS, ...files });
  try {
    return use(loadRepository(folder.root, { slug: SLUG, host }));
  } finally {
    folder.remove();
  }
}
const trust = (files: Readonly<Record<string, string>>, host: HostFacts | null = null): TrustAnswer =>
  answered(files, trustOf, host);
const can = ({ policies: [first] }: TrustAnswer): string[] =>
  (first?.jobs ?? [])
    .filter(({ admitted }) => admitted !== false)
    .map(({ job, trigger, admitted }) => `${job.id} ${trigger.event}${admitted === true ? "" : "?"}`);

test("which jobs, on which triggers, can assume a role", () => {
  const of = (condition: Json, host: HostFacts | null = null) =>
    can(trust({ "infra/deploy-trust.json": aws(condition) }, host));
  assert.deepEqual(of(sub("repo:acme/fraud:environment:production")), ["ship push", "ship pull_request"]);
  assert.deepEqual(of(sub("repo:acme/fraud:ref:refs/heads/main")), ["plan push"]);
  assert.deepEqual(of(sub("repo:acme/fraud:pull_request")), ["plan pull_request"]);
  assert.deepEqual(of(sub("repo:acme/other:environment:production")), []);
  assert.deepEqual(of(like("repo:acme/*")).length, 5);
  // The wildcard is literal.
  assert.deepEqual(of(sub("repo:acme/*")), []);
  assert.deepEqual(
    of({
      StringEquals: {
        [`${HUB}:sub`]: "repo:acme/fraud:environment:production",
        [`${HUB}:ref`]: "refs/heads/main",
      },
    }),
    ["ship push"],
  );
  // A form or a number that only the host knows.
  assert.deepEqual(of(sub("repo:acme@7/fraud@42:environment:production")), [
    "ship push?",
    "ship pull_request?",
  ]);
  assert.deepEqual(of({ StringEquals: { [`${HUB}:repository_id`]: "42", [`${HUB}:environment`]: "npm" } }), [
    "npm release?",
  ]);
  const host: HostFacts = {
    ...UNKNOWN_FACTS,
    defaultBranch: "trunk",
    subjectClaims: ["repo", "context", "job_workflow_ref"],
  };
  assert.deepEqual(of(sub("repo:acme/fraud:environment:production"), host), []);
  assert.deepEqual(
    of(
      sub(
        "repo:acme/fraud:environment:production:job_workflow_ref:acme/fraud/.github/workflows/deploy.yml@refs/heads/main",
      ),
      host,
    ),
    ["ship push"],
  );
});

test("Google, Azure, Vault, publishers, declared identities, and policies inside other documents", () => {
  const issuer = `https://${HUB}`;
  const google = {
    name: "pool/gh",
    oidc: { issuerUri: issuer },
    attributeMapping: { "google.subject": "assertion.sub" },
    attributeCondition: "assertion.repository == 'acme/fraud' && assertion.ref == 'refs/heads/main'",
  };
  assert.deepEqual(can(trust({ "wif-provider.json": JSON.stringify(google) })), ["ship push", "plan push"]);
  const azure = {
    name: "gh",
    issuer,
    subject: "repo:acme/fraud:environment:npm",
    audiences: ["api://AzureADTokenExchange"],
  };
  assert.deepEqual(can(trust({ "azure/federated-credential.json": JSON.stringify(azure) })), ["npm release"]);
  const vault =
    "name: deploy\nbound_audiences: [vault]\nbound_claims_type: glob\nbound_claims:\n  repository: acme/fraud\n  environment: prod*\n";
  assert.deepEqual(can(trust({ "vault/role.yaml": vault })), ["ship push", "ship pull_request"]);
  const publishers =
    "publishers:\n  - {registry: npm, package: fraud, repository: acme/fraud, workflow: publish.yml}\n  - {registry: what}\n";
  const published = trust({ ".bulkhead/publishers.yaml": publishers });
  assert.deepEqual(can(published), ["npm release"]);
  assert.deepEqual(
    [published.problems.length, published.policies[0]?.narrow],
    [
      1,
      {
        registry: "npm",
        package: "fraud",
        repository: "acme/fraud",
        workflow: "publish.yml",
        environment: "npm",
      },
    ],
  );
  const manifest = `project: fraud\nowner: t\nsecrets:\n  wandb: {provider: wandb, purpose: m}\nstages:\n  train: {use: [wandb]}\nidentities:\n  train:\n    prod:\n      github: {repository: acme/fraud, workflow: .github/workflows/deploy.yml, ref: refs/heads/main, environment: production}\n`;
  const declared = trust({ "bulkhead.yaml": manifest });
  assert.deepEqual(
    [can(declared), declared.policies[0]?.located.policy.target, declared.policies[0]?.breadth],
    [["ship push"], "fraud.train.prod", []],
  );
  const nested = JSON.stringify({
    Resources: {
      DeployRole: {
        Properties: {
          RoleName: "deploy",
          AssumeRolePolicyDocument: JSON.parse(aws(like("repo:acme/*"))) as Json,
        },
      },
    },
  });
  const inside = trust({ "iam/roles.json": nested });
  assert.deepEqual([inside.policies.length, inside.policies[0]?.located.policy.target], [1, "deploy"]);
  const text = JSON.stringify({ aws_iam_role: { deploy: { assume_role_policy: aws(like("repo:acme/*")) } } });
  assert.equal(trust({ "iam/role.json": text }).policies[0]?.located.policy.target, "deploy");
  // What only looks like one.
  assert.equal(
    trust({ "policy.json": '{"Statement":[{"Effect":"Allow","Action":"s3:*"}],"note":"Federated: no"}' })
      .policies.length,
    0,
  );
  assert.equal(trust({ "docs/notes.json": aws(like("repo:acme/*")) }).policies.length, 0);
});

test("the narrowest policy admits today's jobs, nobody else, and is not too broad", () => {
  const issuer = `https://${HUB}`;
  const rows: readonly (readonly [string, string, (value: Json) => TrustPolicy | null])[] = [
    ["infra/trust.json", aws(like("repo:acme/*")), (value) => policyOf(value)],
    [
      "wif.json",
      JSON.stringify({
        oidc: { issuerUri: issuer },
        attributeMapping: {},
        attributeCondition: "assertion.repository_owner == 'acme'",
      }),
      (value) => policyOf(value),
    ],
    [
      "credential.json",
      JSON.stringify({
        name: "a",
        issuer,
        audiences: ["api://AzureADTokenExchange"],
        claimsMatchingExpression: { value: "claims['sub'] matches 'repo:acme/*'" },
      }),
      (value) => policyOf((value as Json[])[0] ?? null),
    ],
    [
      "vault-role.json",
      JSON.stringify({
        bound_audiences: ["vault"],
        bound_claims_type: "glob",
        bound_claims: { repository: "acme/*" },
      }),
      (value) => policyOf(value),
    ],
  ];
  for (const [path, text, read] of rows) {
    const { policies } = trust({ [path]: text });
    const [answer] = policies;
    assert.ok(answer !== undefined && answer.narrow !== null, path);
    assert.ok(answer.breadth.length > 0, `${path} was too broad`);
    const policy = read(answer.narrow);
    assert.ok(policy !== null, path);
    const fixed = answer.jobs.filter(({ admitted, anyRef }) => admitted !== false && !anyRef);
    assert.ok(fixed.length > 0);
    const audience =
      path === "infra/trust.json"
        ? "sts.amazonaws.com"
        : path === "credential.json"
          ? "api://AzureADTokenExchange"
          : "vault";
    const list =
      path === "credential.json" ? (answer.narrow as Json[]).map((one) => policyOf(one)) : [policy];
    for (const { claims } of fixed) {
      const decisions = list.map((one) => one !== null && admits(one, { ...claims, aud: audience }).admitted);
      assert.ok(decisions.includes(true), `${path} ${String(claims.sub)}`);
      const [sibling, branch] = [
        { repository: "acme/other", sub: String(claims.sub).replace("acme/fraud", "acme/other") },
        { ref: "refs/heads/evil", environment: "evil", sub: "repo:acme/fraud:ref:refs/heads/evil" },
      ];
      for (const other of [sibling, branch])
        for (const one of list)
          assert.equal(
            one !== null && admits(one, { ...claims, aud: audience, ...other }).admitted,
            false,
            path,
          );
    }
    const worse = list
      .flatMap((one) => (one === null ? [] : breadthOf(one)))
      .filter(
        ({ environment, pedantic, kind }) =>
          environment === undefined &&
          pedantic !== true &&
          kind !== "workflow" &&
          kind !== "pull-request" &&
          kind !== "ref",
      );
    assert.deepEqual(worse, [], path);
  }
  const role = trust({
    "deploy-trust.json": JSON.stringify({
      RoleName: "deploy",
      AssumeRolePolicyDocument: JSON.parse(aws(like("repo:acme/*"))) as Json,
    }),
  });
  const narrow = JSON.stringify(role.policies[0]?.narrow);
  assert.match(narrow, /"repo:acme\/fraud:environment:production"/);
  assert.doesNotMatch(narrow, /pull_request|refs\/heads/, "only the job that logs in to it");
});

test("the host's numbers decide immutable subjects and numbers in conditions", () => {
  const numbers = { repository: "42", owner: "7" };
  const of = (condition: Json, host: Partial<HostFacts>): string[] =>
    can(trust({ "infra/deploy-trust.json": aws(condition) }, { ...UNKNOWN_FACTS, ...host }));
  const immutable = sub("repo:acme@7/fraud@42:environment:production");
  const other = sub("repo:acme@7/fraud@43:environment:production");
  const named = sub("repo:acme/fraud:environment:production");
  const ships = ["ship push", "ship pull_request"];
  // Said to be immutable: the names alone admit nobody any more, the right numbers do, others never.
  assert.deepEqual(of(immutable, { numbers, immutableSubject: true }), ships);
  assert.deepEqual(of(named, { numbers, immutableSubject: true }), []);
  assert.deepEqual(of(other, { numbers, immutableSubject: true }), []);
  assert.deepEqual(of(immutable, { numbers, immutableSubject: false }), []);
  assert.deepEqual(of(named, { numbers, immutableSubject: false }), ships);
  // The numbers are known, their use is not.
  assert.deepEqual(
    of(immutable, { numbers }),
    ships.map((one) => `${one}?`),
  );
  assert.deepEqual(of(other, { numbers }), []);
  const numbered = (id: string): Json => ({
    StringEquals: { [`${HUB}:repository_id`]: id, [`${HUB}:environment`]: "production" },
  });
  assert.deepEqual(of(numbered("42"), { numbers }), ships);
  assert.deepEqual(of(numbered("43"), { numbers }), []);
  assert.deepEqual(
    of(numbered("43"), {}),
    ships.map((one) => `${one}?`),
    "nobody asked",
  );
});

test("what lets in too many is found at its line, what is narrow is not", () => {
  const found = (condition: Json, host: HostFacts | null = null, pedantic = false) =>
    answered(
      { "infra/trust.json": aws(condition) },
      (repository) =>
        audit(repository, { pedantic })
          .filter(({ check }) => check.id === "broad-trust-policy")
          .map(({ span, message }) => `${placeOf(span).path}:${placeOf(span).line} ${message}`),
      host,
    );
  const broad = found(like("repo:acme/*"));
  assert.ok(broad.length > 0);
  assert.match(broad[0] ?? "", /^infra\/trust\.json:1\d aws/);
  assert.deepEqual(found(sub("repo:acme/fraud:ref:refs/heads/main")), []);
  assert.ok(found({ StringEquals: { [`${HUB}:aud`]: "sts.amazonaws.com" } }).length > 0);
  // An environment's rules are the host's to tell.
  const production = sub("repo:acme/fraud:environment:production");
  assert.deepEqual(found(production), []);
  assert.equal(found(production, null, true).length, 1);
  const host = (branches: readonly string[] | null): HostFacts => ({
    ...UNKNOWN_FACTS,
    environments: [{ name: "production", reviewers: false, branches }],
  });
  assert.deepEqual(found(production, host(["main"]), true), []);
  assert.equal(found(production, host(null), true).length, 1);
});

test("a publisher that is no entry is a problem in words", () => {
  assert.equal(typeof publisherPolicy({ registry: "npm" }), "string");
});
