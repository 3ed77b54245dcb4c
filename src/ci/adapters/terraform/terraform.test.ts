/** The same policy as JSON, in Terraform's forms and in CloudFormation's: one decision for every token. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { repositoryOf } from "../../../../test/support/repository.ts";
import type { Json } from "../../../core/json-bytes.ts";
import { type TrustPolicy, admits, policyOf } from "../../../trust/policies/index.ts";
import {
  type TokenName,
  awsRows,
  azureRows,
  googleRows,
  tokens,
  vaultRows,
} from "../../../trust/policies/table.ts";
import { type PolicyFile, plain, trustOf, written } from "../../index.ts";
import { parseHcl } from "../../hcl/parse.ts";
import { sourceFile } from "../../spans.ts";
import { jsonOf } from "../../values.ts";

const NAMES = Object.keys(tokens) as TokenName[];
type Fields = Readonly<Record<string, Json>>;

const decisions = (policy: TrustPolicy | null): readonly (boolean | null)[] => {
  assert.ok(policy !== null);
  return NAMES.map((name) => admits(policy, tokens[name]).admitted);
};

const filesOf = (files: Readonly<Record<string, string>>): readonly PolicyFile[] => {
  const repository = repositoryOf(files);
  assert.deepEqual(repository.diagnostics, [], JSON.stringify(files));
  return repository.policies.filter(({ kind }) => kind !== "other");
};

function only(files: Readonly<Record<string, string>>): PolicyFile {
  const [policy, ...more] = filesOf(files);
  assert.ok(policy !== undefined && more.length === 0, JSON.stringify(files));
  return policy;
}

const quoted = (text: string): string => JSON.stringify(text).replaceAll("${", "$${").replaceAll("%{", "%%{");

/** JSON as an HCL expression. */
function hcl(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(hcl).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{\n${Object.entries(value as Fields)
      .map(([key, one]) => `  ${quoted(key)} = ${hcl(one as Json)}\n`)
      .join("")}}`;
  return typeof value === "string" ? quoted(value) : JSON.stringify(value);
}

const role = (policy: string): string =>
  `resource "aws_iam_role" "deploy" {\n  name = "deploy"\n  assume_role_policy = ${policy}\n}\n`;
const list = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as Json];

/** A statement block; null for what the blocks cannot say (elements in other case). */
function statementBlock(statement: Json): string | null {
  const fields = statement as Fields;
  const known = ["Sid", "Effect", "Action", "NotAction", "Principal", "NotPrincipal", "Condition"];
  if (
    typeof statement !== "object" ||
    statement === null ||
    Object.keys(fields).some((key) => !known.includes(key))
  )
    return null;
  const lines: string[] = [];
  if (fields.Sid !== undefined) lines.push(`sid = ${hcl(fields.Sid as Json)}`);
  if (fields.Effect !== undefined) lines.push(`effect = ${hcl(fields.Effect as Json)}`);
  for (const [key, name] of [
    ["Action", "actions"],
    ["NotAction", "not_actions"],
  ] as const)
    if (fields[key] !== undefined) lines.push(`${name} = ${hcl([...list(fields[key] as Json)])}`);
  for (const [key, name] of [
    ["Principal", "principals"],
    ["NotPrincipal", "not_principals"],
  ] as const) {
    const principal = fields[key];
    if (principal === undefined) continue;
    const entries = principal === "*" ? [["*", ["*"]]] : Object.entries(principal as Fields);
    for (const [type, identifiers] of entries)
      lines.push(
        `${name} {\n type = ${hcl(type as string)}\n identifiers = ${hcl([...list(identifiers as Json)])}\n}`,
      );
  }
  for (const [operator, keys] of Object.entries((fields.Condition ?? {}) as Fields))
    for (const [variable, values] of Object.entries(keys as Fields))
      lines.push(
        `condition {\n test = ${quoted(operator)}\n variable = ${quoted(variable)}\n values = ${hcl([...list(values as Json)])}\n}`,
      );
  return `statement {\n${lines.join("\n")}\n}`;
}

const FORMS: readonly (readonly [
  name: string,
  files: (policy: Json) => Readonly<Record<string, string>> | null,
])[] = [
  ["jsonencode", (policy) => ({ "main.tf": role(`jsonencode(${hcl(policy)})`) })],
  [
    "a here document",
    (policy) => ({ "main.tf": role(`<<-EOT\n    ${JSON.stringify(policy, null, 2)}\n  EOT`) }),
  ],
  ["a quoted text", (policy) => ({ "main.tf": role(quoted(JSON.stringify(policy))) })],
  [
    "statement blocks",
    (policy) => {
      const statements = list((policy as Fields).Statement as Json).map(statementBlock);
      if (statements.some((one) => one === null)) return null;
      return {
        "iam/role.tf": role("data.aws_iam_policy_document.trust.json"),
        "iam/policy.tf": `data "aws_iam_policy_document" "trust" {\n${statements.join("\n")}\n}\n`,
      };
    },
  ],
  [
    "CloudFormation's JSON",
    (policy) => ({
      "stack.json": JSON.stringify(
        {
          AWSTemplateFormatVersion: "2010-09-09",
          Resources: {
            Deploy: {
              Type: "AWS::IAM::Role",
              Properties: { RoleName: "deploy", AssumeRolePolicyDocument: policy },
            },
          },
        },
        null,
        2,
      ),
    }),
  ],
  [
    "CloudFormation's YAML with functions",
    (policy) => ({
      "infra/iam.yaml": `Resources:\n  Deploy:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: deploy\n      AssumeRolePolicyDocument: ${JSON.stringify(policy, (_, value: unknown) => value).replaceAll(/"((?:sts|repo):[^"\\]*)"/g, "!Sub '$1'")}\n`,
    }),
  ],
  [
    "CloudFormation's document as a text",
    (policy) => ({
      "infra/iam.yaml": `Resources:\n  Deploy:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: deploy\n      AssumeRolePolicyDocument: !Sub |\n        ${JSON.stringify(policy)}\n`,
    }),
  ],
];

for (const [form, write] of FORMS)
  test(`AWS: every policy of the table decides the same as ${form}`, () => {
    let pairs = 0;
    for (const { name, policy } of awsRows) {
      // Keys that stand twice in case cannot be a map's; templates mean something else in each language.
      const files = JSON.stringify(policy).includes("${") ? null : write(policy);
      if (files === null) continue;
      const read = only(files);
      assert.equal(read.target, "deploy", name);
      assert.deepEqual(
        decisions(policyOf(jsonOf(read.value))),
        decisions(policyOf(policy)),
        `${form}: ${name}`,
      );
      pairs++;
    }
    assert.ok(pairs >= 30, `${pairs} pairs`);
  });

const snake = (value: Json): Json =>
  Array.isArray(value)
    ? value.map(snake)
    : typeof value === "object" && value !== null
      ? Object.fromEntries(
          Object.entries(value as Fields).map(([key, one]) => [
            key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
            key === "attributeMapping" ? (one as Json) : snake(one as Json),
          ]),
        )
      : value;

const body = (fields: Fields, blocks: readonly string[] = []): string =>
  Object.entries(fields)
    .map(([key, value]) =>
      blocks.includes(key)
        ? `  ${key} {\n${body(value as Fields)}  }\n`
        : `  ${key} = ${hcl(value as Json)}\n`,
    )
    .join("");

test("Google, Azure and Vault: resources decide the same as the documents", () => {
  let pairs = 0;
  const same = (name: string, text: string, policy: Json): void => {
    const read = only({ "x.tf": text });
    assert.deepEqual(decisions(policyOf(jsonOf(read.value))), decisions(policyOf(policy)), name);
    pairs++;
  };
  for (const { name, policy } of googleRows) {
    if (policyOf(policy) === null) continue;
    same(
      name,
      `resource "google_iam_workload_identity_pool_provider" "p" {\n${body(snake(policy) as Fields, ["oidc"])}}\n`,
      policy,
    );
  }
  for (const { name, policy } of azureRows) {
    const fields = policy as Fields;
    if (policyOf(policy) === null || fields.properties !== undefined) continue;
    const expression = (fields.claimsMatchingExpression as Fields | undefined)?.value;
    if (expression === undefined)
      same(
        name,
        `resource "azuread_application_federated_identity_credential" "f" {\n${body(fields)}}\n`,
        policy,
      );
    else {
      const { claimsMatchingExpression: _, ...rest } = fields;
      same(
        name,
        `resource "azuread_application_flexible_federated_identity_credential" "f" {\n${body({ ...rest, claims_matching_expression: expression })}}\n`,
        policy,
      );
    }
  }
  for (const { name, policy } of vaultRows)
    if (policyOf(policy) !== null)
      same(name, `resource "vault_jwt_auth_backend_role" "r" {\n${body(policy as Fields)}}\n`, policy);
  assert.ok(pairs >= 25, `${pairs} pairs`);
});

const HUB = "token.actions.githubusercontent.com";

test("as people write it: locals, references, several blocks of one operator, documents of documents", () => {
  const text = `
locals { repo = "acme/fraud" } # a comment with "quotes {
/* data "aws_iam_policy_document" "none" {} */
data "aws_iam_policy_document" "base" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${HUB}:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringLike"
      variable = "${HUB}:sub"
      values   = ["repo:acme/fraud:*"]
    }
  }
}
data "aws_iam_policy_document" "all" { source_policy_documents = [data.aws_iam_policy_document.base.json] }
resource "aws_iam_role" "a" {
  assume_role_policy = data.aws_iam_policy_document.all.json
}
resource "aws_iam_role" "templated" {
  name = "\${var.prefix}-x"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = {
        StringEquals = { "${HUB}:aud" : "sts.amazonaws.com", ("${HUB}:sub") = "repo:\${local.repo}:ref:refs/heads/main" }
      }
    }]
  })
}
data "aws_iam_policy_document" "made" {
  dynamic "statement" {
    for_each = var.repositories
    content { actions = ["sts:AssumeRoleWithWebIdentity"] }
  }
}
resource "aws_iam_role" "dynamic" { assume_role_policy = data.aws_iam_policy_document.made.json }
resource "aws_iam_role" "elsewhere" { assume_role_policy = file("trust.json") }
resource "aws_iam_role" "other" { assume_role_policy = module.x.policy }
`;
  const read = filesOf({ "main.tf": text });
  assert.deepEqual(
    read.map(({ target }) => target),
    ["aws_iam_role.a", "aws_iam_role.templated", "aws_iam_role.dynamic"],
  );
  const [all, templated, dynamic] = read.map(({ value }) => decisions(policyOf(jsonOf(value))));
  const at = (list: readonly (boolean | null)[] | undefined, name: TokenName) => list?.[NAMES.indexOf(name)];
  assert.deepEqual(
    [at(all, "main"), at(all, "sibling"), at(all, "audience"), at(all, "branch")],
    [true, false, false, true],
  );
  assert.deepEqual([at(templated, "main"), at(templated, "audience")], [null, false]);
  assert.equal(at(dynamic, "main"), null);
  assert.match(written(read[0]?.span ?? read[1]!.span), /^resource "aws_iam_role" "a" \{/);
});

test("CloudFormation's functions give what the file says", () => {
  const { value } = only({
    "template.yaml": `AWSTemplateFormatVersion: '2010-09-09'
Parameters: {Org: {Type: String}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Action: sts:AssumeRoleWithWebIdentity
            Principal: {Federated: !GetAtt Provider.Arn}
            Condition:
              StringEquals:
                ${HUB}:aud: sts.amazonaws.com
                ${HUB}:sub: !Join [':', [repo, acme/fraud, 'ref:refs/heads/main']]
              StringLike:
                ${HUB}:ref: !Sub ['refs/\${kind}/*', {kind: heads}]
                ${HUB}:actor: !Ref Org
`,
  });
  const condition = ((jsonOf(value) as Fields).Statement as readonly Fields[])[0]?.Condition as Fields;
  assert.deepEqual(JSON.parse(JSON.stringify(condition)), {
    StringEquals: {
      [`${HUB}:aud`]: "sts.amazonaws.com",
      [`${HUB}:sub`]: "repo:acme/fraud:ref:refs/heads/main",
    },
    StringLike: { [`${HUB}:ref`]: "refs/heads/*", [`${HUB}:actor`]: "${Org}" },
  });
});

test("files that are none are not read, broken ones are named", () => {
  const repository = repositoryOf({
    "template.json": '{"Resources": 1}',
    "iam/x.yaml": "Resources: [AWS::IAM::Role",
    "a.tf": 'resource "aws_iam_role" "x" {\n  name =\n  assume_role_policy = jsonencode({ a = [1, 2\n',
    "deep.tf": `password = ${"[".repeat(20000)}`,
    "blocks.tf": `# key\n${"a {\n".repeat(5000)}`,
    "h.tf": "key = <<EOT\ntext\n",
    "b.tf": 'resource "aws_iam_role" {} }\n= 3\npassword = "x" y\n',
  });
  assert.deepEqual([...new Set(repository.diagnostics.map(({ span }) => span.file.path))].sort(), [
    "a.tf",
    "b.tf",
    "blocks.tf",
    "deep.tf",
    "h.tf",
    "iam/x.yaml",
  ]);
  assert.deepEqual(repository.policies, []);
  for (const { span } of repository.diagnostics) assert.ok(span.end <= span.file.text.length);
});

const SAMPLE = `resource "aws_iam_role" "x" { # c
  assume_role_policy = jsonencode({ A = [for x in y : x], "b" : "c\${d("}")}e", (k) = <<EOT
text
EOT
  })
  x = a ? b[0] : "\\u00e9" /* c */
  list = [1, "2", f(3)]
}
data "aws_iam_policy_document" "d" { statement { condition { test = "a" } } }
`;

test("whatever HCL a file holds, reading it ends within it", () => {
  const put = fc.constantFrom(
    "",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    '"',
    "${",
    "%{",
    "<<EOT\n",
    "<<-X\n",
    "EOT\n",
    "\n",
    "=",
    ",",
    "/*",
    "*/",
    "#",
    "\\",
    "for ",
    "jsonencode(",
    "\0",
    "\ud800",
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(SAMPLE.length), fc.nat(8), put), { minLength: 1, maxLength: 8 }),
      (edits) => {
        let text = SAMPLE;
        for (const [at, length, piece] of edits) text = text.slice(0, at) + piece + text.slice(at + length);
        const { body: whole, problems } = parseHcl(sourceFile("x.tf", text));
        assert.ok(whole.span.end <= text.length);
        for (const { start, end } of problems) assert.ok(start <= end && end <= text.length);
        JSON.stringify(plain(repositoryOf({ "x.tf": text })));
      },
    ),
    { numRuns: 200 },
  );
});

const PROVIDER = (condition = "attribute_condition = \"assertion.repository_owner == 'acme'\"") => `
resource "google_iam_workload_identity_pool" "ci" { workload_identity_pool_id = "github" }
resource "google_iam_workload_identity_pool_provider" "gh" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.ci.workload_identity_pool_id
  workload_identity_pool_provider_id = "gh"
  attribute_mapping = {
    "google.subject"       = "assertion.sub"
    "attribute.repository" = "assertion.repository"
  }
  ${condition}
  oidc { issuer_uri = "https://token.actions.githubusercontent.com" }
}
resource "google_service_account" "deploy" { account_id = "deployer" }
`;
const JOBS = {
  ".github/workflows/w.yml":
    "on: {push: {branches: [main]}}\njobs:\n  ship: {runs-on: x, environment: production, permissions: {id-token: write}, steps: [{run: ./x}]}\n  test: {runs-on: x, permissions: {id-token: write}, steps: [{run: ./x}]}\n",
};
const NAME = "${google_iam_workload_identity_pool.ci.name}";

test("Google: a binding and its pool's provider are one policy", () => {
  const answers = (grant: string, provider = PROVIDER()) => {
    const repository = repositoryOf(
      { "a.tf": provider, "b.tf": grant, ...JOBS },
      { slug: { host: "github.com", owner: "acme", name: "widgets" } },
    );
    return trustOf(repository).policies.flatMap(({ located: { policy, span }, jobs, breadth }) =>
      span.file.path === "b.tf"
        ? [
            {
              target: policy.target,
              jobs: jobs.flatMap(({ job, admitted }) =>
                admitted === false ? [] : [`${job.id}${admitted === true ? "" : "?"}`],
              ),
              broad:
                breadth.filter(({ pedantic, environment }) => pedantic !== true && environment === undefined)
                  .length > 0,
            },
          ]
        : [],
    );
  };
  const grant = (member: string, more = "service_account_id = google_service_account.deploy.name"): string =>
    `resource "google_service_account_iam_member" "b" {\n  ${more}\n  role = "roles/iam.workloadIdentityUser"\n  member = "${member}"\n}\n`;
  const whole = `principalSet://iam.googleapis.com/${NAME}`;
  const [target, ship, both] = ["deployer", ["ship"], ["ship", "test"]];
  assert.deepEqual(
    answers(grant(`principal://iam.googleapis.com/${NAME}/subject/repo:acme/widgets:environment:production`)),
    [{ target, jobs: ship, broad: false }],
  );
  assert.deepEqual(answers(grant(`${whole}/attribute.repository/acme/widgets`))[0]?.jobs, both);
  assert.deepEqual(answers(grant(`${whole}/attribute.repository/acme/other`))[0]?.jobs, []);
  assert.deepEqual(answers(grant(`${whole}/*`)), [{ target, jobs: both, broad: true }]);
  assert.deepEqual(answers(grant(`${whole}/attribute.unmapped/x`))[0]?.jobs, ["ship?", "test?"]);
  // The provider's condition holds besides.
  assert.deepEqual(
    answers(grant(`${whole}/*`), PROVIDER("attribute_condition = \"assertion.ref == 'refs/heads/x'\""))[0]
      ?.jobs,
    [],
  );
  // By the pool's id, a list, a document, another resource.
  const written =
    "principalSet://iam.googleapis.com/projects/${data.google_project.p.number}/locations/global/workloadIdentityPools/github/attribute.repository/acme/widgets";
  assert.deepEqual(answers(grant(written))[0]?.jobs, both);
  assert.deepEqual(answers(grant(written.replace("Pools/github/", "Pools/other/"))), [], "another pool");
  assert.deepEqual(answers(grant("user:ada@example.com")), []);
  const list = `resource "google_service_account_iam_binding" "b" {\n  service_account_id = "projects/p/serviceAccounts/x"\n  role = "r"\n  members = ["user:a@b", "${written}"]\n}\n`;
  assert.deepEqual(answers(list), [
    { target: "projects/p/serviceAccounts/x", jobs: both, broad: answers(grant(written))[0]?.broad },
  ]);
  const document = `data "google_iam_policy" "d" {\n  binding {\n    role = "r"\n    members = ["${written}"]\n  }\n}\nresource "google_service_account_iam_policy" "b" {\n  service_account_id = google_service_account.deploy.name\n  policy_data = data.google_iam_policy.d.policy_data\n}\n`;
  assert.deepEqual(answers(document)[0]?.jobs, both);
  const bucket = `resource "google_storage_bucket_iam_member" "b" {\n  bucket = "models"\n  role = "roles/storage.admin"\n  member = "${written}"\n}\n`;
  assert.equal(answers(bucket)[0]?.target, "models");
});
