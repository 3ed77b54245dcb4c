/** Policies of every system, written first: which of the tokens each admits by the provider's documented rules, and what is too broad in it. For tests. */
import type { Json } from "../../core/json-bytes.ts";

const HUB = "https://token.actions.githubusercontent.com";
const LAB = "https://gitlab.com";

function job(repository: string, more: Readonly<Record<string, Json>>): Record<string, Json> {
  const [owner = "", name = ""] = repository.split("/");
  const ref = String(more.ref ?? "refs/heads/main");
  const environment = more.environment === undefined ? "" : String(more.environment);
  const tail =
    environment !== ""
      ? `environment:${environment}`
      : more.event_name === "pull_request"
        ? "pull_request"
        : `ref:${ref}`;
  const file = `${repository}/.github/workflows/deploy.yml@${ref}`;
  return {
    iss: HUB,
    aud: "sts.amazonaws.com",
    sub: `repo:${owner}/${name}:${tail}`,
    repository,
    repository_id: repository === "acme/fraud" ? "42" : "99",
    repository_owner: owner,
    repository_owner_id: owner === "acme" ? "7" : "8",
    event_name: "push",
    ref_type: "branch",
    workflow_ref: file,
    job_workflow_ref: file,
    actor: "ada",
    ...more,
    ref,
  };
}

/** Real shapes; each differs from `main` in one thing. */
export const tokens = {
  main: job("acme/fraud", {}),
  branch: job("acme/fraud", { ref: "refs/heads/feature" }),
  tag: job("acme/fraud", { ref: "refs/tags/v1", ref_type: "tag" }),
  pull: job("acme/fraud", { ref: "refs/pull/7/merge", event_name: "pull_request" }),
  prod: job("acme/fraud", { environment: "prod" }),
  prodBranch: job("acme/fraud", { environment: "prod", ref: "refs/heads/feature" }),
  dev: job("acme/fraud", { environment: "dev" }),
  sibling: job("acme/search", {}),
  lookalike: job("acme-evil/fraud", {}),
  fork: job("mallory/fraud", {}),
  stranger: job("mallory/loot", {}),
  audience: { ...job("acme/fraud", {}), aud: "https://github.com/acme" },
  numbered: { ...job("acme/fraud", {}), sub: "repo:acme@7/fraud@42:ref:refs/heads/main" },
  called: {
    ...job("acme/fraud", {}),
    sub: "job_workflow_ref:acme/shared/.github/workflows/deploy.yml@refs/heads/main",
    job_workflow_ref: "acme/shared/.github/workflows/deploy.yml@refs/heads/main",
  },
  calledBySibling: {
    ...job("acme/search", {}),
    sub: "job_workflow_ref:acme/shared/.github/workflows/deploy.yml@refs/heads/main",
    job_workflow_ref: "acme/shared/.github/workflows/deploy.yml@refs/heads/main",
  },
  lab: {
    iss: LAB,
    aud: "sts.amazonaws.com",
    sub: "project_path:acme/fraud:ref_type:branch:ref:main",
    project_path: "acme/fraud",
    project_id: "5",
    namespace_id: "6",
    ref: "main",
    ref_type: "branch",
    ref_protected: "true",
    ci_config_ref_uri: "gitlab.com/acme/fraud//.gitlab-ci.yml@refs/heads/main",
  },
  labBranch: {
    iss: LAB,
    aud: "sts.amazonaws.com",
    sub: "project_path:acme/fraud:ref_type:branch:ref:x",
    project_path: "acme/fraud",
    project_id: "5",
    namespace_id: "6",
    ref: "x",
    ref_type: "branch",
    ref_protected: "false",
    ci_config_ref_uri: "gitlab.com/acme/fraud//.gitlab-ci.yml@refs/heads/x",
  },
} satisfies Record<string, Record<string, Json>>;

export type TokenName = keyof typeof tokens;

export interface Row {
  readonly name: string;
  readonly policy: Json;
  /** Members of bindings, for Google. */
  readonly members?: readonly string[];
  /** For Vault, whose role does not say. */
  readonly issuer?: string;
  readonly admits: readonly TokenName[];
  /** Tokens about which nothing is concluded. */
  readonly open?: readonly TokenName[];
  /** Kinds of what is too broad, sorted; pedantic ones apart. */
  readonly broad: readonly string[];
}

const ARN = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
const K = "token.actions.githubusercontent.com";
const AUD = { [`${K}:aud`]: "sts.amazonaws.com" };
const statement = (condition: Json, more: Readonly<Record<string, Json>> = {}): Json => ({
  Effect: "Allow",
  Principal: { Federated: ARN },
  Action: "sts:AssumeRoleWithWebIdentity",
  ...(condition !== null && { Condition: condition }),
  ...more,
});
const aws = (...conditions: readonly Json[]): Json => ({
  Version: "2012-10-17",
  Statement: conditions.map((one) => statement(one)),
});
const eq = (claims: Readonly<Record<string, Json>>): Json => ({
  StringEquals: {
    ...AUD,
    ...Object.fromEntries(Object.entries(claims).map(([claim, value]) => [`${K}:${claim}`, value])),
  },
});
const like = (sub: Json, operator = "StringLike"): Json => ({
  StringEquals: AUD,
  [operator]: { [`${K}:sub`]: sub },
});

const MAIN = "repo:acme/fraud:ref:refs/heads/main";
const OF_MAIN: readonly TokenName[] = ["main"];
/** Whoever has `sub` as a run of main has it: `audience` asks another audience. */
const OF_REPOSITORY: readonly TokenName[] = ["main", "branch", "tag", "pull", "prod", "prodBranch", "dev"];
const HUB_TOKENS = (Object.keys(tokens) as TokenName[]).filter((name) => !name.startsWith("lab"));
const HUB_AUD = HUB_TOKENS.filter((name) => name !== "audience");
const only = (
  test: (token: Readonly<Record<string, Json>>) => boolean,
  from: readonly TokenName[] = HUB_AUD,
): TokenName[] => from.filter((name) => test(tokens[name]));
const sub = (name: TokenName): string => String((tokens[name] as Record<string, Json>).sub);

export const awsRows: readonly Row[] = [
  { name: "branch by subject", policy: aws(eq({ sub: MAIN })), admits: OF_MAIN, broad: [] },
  {
    name: "branch by a list of subjects",
    policy: aws(eq({ sub: [MAIN, "repo:acme/fraud:ref:refs/heads/feature"] })),
    admits: ["main", "branch"],
    broad: [],
  },
  {
    name: "one statement as an object",
    policy: { Statement: statement(eq({ sub: MAIN })) },
    admits: OF_MAIN,
    broad: [],
  },
  {
    name: "actions as a list",
    policy: {
      Statement: [
        statement(eq({ sub: MAIN }), { Action: ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"] }),
      ],
    },
    admits: OF_MAIN,
    broad: [],
  },
  {
    name: "another action",
    policy: { Statement: [statement(eq({}), { Action: "sts:TagSession" })] },
    admits: [],
    broad: [],
  },
  {
    name: "every action",
    policy: { Statement: [statement(eq({ sub: MAIN }), { Action: "sts:*" })] },
    admits: OF_MAIN,
    broad: [],
  },
  {
    name: "a service's principal",
    policy: {
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
    admits: [],
    broad: [],
  },
  {
    name: "another provider",
    policy: {
      Statement: [
        statement(
          { StringEquals: { "gitlab.com:sub": sub("lab"), "gitlab.com:aud": "sts.amazonaws.com" } },
          { Principal: { Federated: "arn:aws:iam::1:oidc-provider/gitlab.com" } },
        ),
      ],
    },
    admits: ["lab"],
    broad: [],
  },
  { name: "no condition", policy: aws(null), admits: HUB_TOKENS, broad: ["audience", "ref", "repository"] },
  { name: "no subject", policy: aws(eq({})), admits: HUB_AUD, broad: ["ref", "repository"] },
  {
    name: "no audience",
    policy: aws({ StringEquals: { [`${K}:sub`]: MAIN } }),
    admits: ["main", "audience"],
    broad: ["audience"],
  },
  {
    name: "any repository",
    policy: aws(like("repo:*")),
    admits: only(({ sub: s }) => String(s).startsWith("repo:")),
    broad: ["ref", "repository"],
  },
  {
    name: "an organization",
    policy: aws(like("repo:acme/*")),
    admits: only(({ sub: s }) => String(s).startsWith("repo:acme/")),
    broad: ["organization", "ref"],
  },
  {
    name: "an organization without slash",
    policy: aws(like("repo:acme*")),
    admits: only(({ sub: s }) => String(s).startsWith("repo:acme")),
    broad: ["ref", "repository"],
  },
  {
    name: "a repository of any owner",
    policy: aws(like("repo:*/fraud:ref:refs/heads/main")),
    admits: only(({ sub: s }) => /^repo:.*\/fraud:ref:refs\/heads\/main$/.test(String(s))),
    broad: ["fork", "ref"],
  },
  {
    name: "all of a repository",
    policy: aws(like("repo:acme/fraud:*")),
    admits: OF_REPOSITORY,
    broad: ["ref"],
  },
  {
    name: "all branches",
    policy: aws(like("repo:acme/fraud:ref:refs/heads/*")),
    admits: ["main", "branch"],
    broad: ["ref"],
  },
  {
    name: "branches of a prefix",
    policy: aws(like("repo:acme/fraud:ref:refs/heads/fea*")),
    admits: ["branch"],
    broad: [],
  },
  {
    name: "tags of a prefix",
    policy: aws(like("repo:acme/fraud:ref:refs/tags/v*")),
    admits: ["tag"],
    broad: [],
  },
  {
    name: "one character",
    policy: aws(like("repo:acme/fraud:ref:refs/heads/mai?")),
    admits: OF_MAIN,
    broad: [],
  },
  { name: "like without wildcard", policy: aws(like(MAIN)), admits: OF_MAIN, broad: [] },
  {
    name: "pull requests",
    policy: aws(eq({ sub: "repo:acme/fraud:pull_request" })),
    admits: ["pull"],
    broad: ["pull-request", "ref"],
  },
  {
    name: "an environment",
    policy: aws(eq({ sub: "repo:acme/fraud:environment:prod" })),
    admits: ["prod", "prodBranch"],
    broad: ["ref?prod"],
  },
  {
    name: "an environment on a branch",
    policy: aws(eq({ sub: "repo:acme/fraud:environment:prod", ref: "refs/heads/main" })),
    admits: ["prod"],
    broad: [],
  },
  {
    name: "any environment",
    policy: aws(like("repo:acme/fraud:environment:*")),
    admits: ["prod", "prodBranch", "dev"],
    broad: ["environment", "ref"],
  },
  {
    name: "a wildcard taken literally",
    policy: aws(like("repo:acme/fraud:*", "StringEquals")),
    admits: [],
    broad: ["literal-wildcard!"],
  },
  {
    name: "any case",
    policy: aws(like("REPO:acme/Fraud:ref:refs/heads/main", "StringEqualsIgnoreCase")),
    admits: OF_MAIN,
    broad: ["ref", "repository"],
  },
  {
    name: "for all values",
    policy: aws({ StringEquals: AUD, "ForAllValues:StringEquals": { [`${K}:sub`]: MAIN } }),
    admits: OF_MAIN,
    broad: ["absent-claim", "ref", "repository"],
  },
  {
    name: "for all values of an absent claim",
    policy: aws({ StringEquals: AUD, "ForAllValues:StringLike": { [`${K}:environment`]: "prod" } }),
    admits: only(({ environment }) => environment === undefined || environment === "prod"),
    broad: ["absent-claim", "ref", "repository"],
  },
  {
    name: "for any value",
    policy: aws({
      StringEquals: AUD,
      "ForAnyValue:StringLike": { [`${K}:sub`]: [MAIN, "repo:acme/fraud:ref:refs/heads/feature"] },
    }),
    admits: ["main", "branch"],
    broad: [],
  },
  {
    name: "if it exists",
    policy: aws({ StringEquals: AUD, StringEqualsIfExists: { [`${K}:environment`]: "prod" } }),
    admits: only(({ environment }) => environment === undefined || environment === "prod"),
    broad: ["absent-claim", "ref", "repository"],
  },
  {
    name: "not equal",
    policy: aws({ StringEquals: AUD, StringNotEquals: { [`${K}:environment`]: "dev" } }),
    admits: only(({ environment }) => environment !== "dev"),
    broad: ["ref", "repository"],
  },
  {
    name: "not like",
    policy: aws({
      StringEquals: AUD,
      StringNotLike: { [`${K}:sub`]: ["repo:mallory/*", "job_workflow_ref:*"] },
    }),
    admits: only(({ sub: s }) => !/^(?:repo:mallory\/|job_workflow_ref:)/.test(String(s))),
    broad: ["ref", "repository"],
  },
  {
    name: "a claim that must be absent",
    policy: aws({ StringEquals: { ...AUD, [`${K}:sub`]: MAIN }, Null: { [`${K}:environment`]: "true" } }),
    admits: OF_MAIN,
    broad: [],
  },
  {
    name: "a claim that must be there",
    policy: aws({
      StringEquals: { ...AUD, [`${K}:repository`]: "acme/fraud", [`${K}:ref`]: "refs/heads/main" },
      Null: { [`${K}:environment`]: "false" },
    }),
    admits: ["prod", "dev"],
    broad: [],
  },
  {
    name: "or-ed with a loose statement",
    policy: aws(eq({ sub: MAIN }), like("repo:acme/*")),
    admits: only(({ sub: s }) => String(s).startsWith("repo:acme/")),
    broad: ["organization", "ref"],
  },
  {
    name: "a loose one that is denied",
    policy: {
      Statement: [
        statement(like("repo:acme/*")),
        statement({ StringNotEquals: { [`${K}:sub`]: MAIN } }, { Effect: "Deny" }),
      ],
    },
    admits: OF_MAIN,
    broad: ["organization", "ref"],
  },
  {
    name: "by repository number and ref",
    policy: aws(eq({ repository_id: "42", ref: "refs/heads/main" })),
    admits: ["main", "prod", "dev", "numbered", "called"],
    broad: [],
  },
  {
    name: "by a reusable workflow alone",
    policy: aws(eq({ job_workflow_ref: "acme/shared/.github/workflows/deploy.yml@refs/heads/main" })),
    admits: ["called", "calledBySibling"],
    broad: ["ref", "repository"],
  },
  {
    name: "by a customised subject without repository",
    policy: aws(eq({ sub: sub("called") })),
    admits: ["called", "calledBySibling"],
    broad: ["ref", "repository"],
  },
  {
    name: "by a customised subject with the repository's number",
    policy: aws(eq({ sub: sub("called"), repository_id: "42", ref: "refs/heads/main" })),
    admits: ["called"],
    broad: [],
  },
  {
    name: "by the immutable subject",
    policy: aws(eq({ sub: sub("numbered") })),
    admits: ["numbered"],
    broad: [],
  },
  {
    name: "by the immutable subject, any name",
    policy: aws(like("repo:*@7/*@42:ref:refs/heads/main")),
    admits: ["numbered"],
    broad: ["fork", "ref"],
  },
  { name: "by actor", policy: aws(eq({ actor: "ada" })), admits: HUB_AUD, broad: ["ref", "repository"] },
  {
    name: "an account's own key beside",
    policy: aws({
      StringEquals: { ...AUD, [`${K}:sub`]: MAIN },
      IpAddress: { "aws:SourceIp": "10.0.0.0/8" },
    }),
    admits: [],
    open: OF_MAIN,
    broad: [],
  },
  {
    name: "anybody as principal",
    policy: { Statement: [statement(eq({ sub: MAIN }), { Principal: "*" })] },
    admits: OF_MAIN,
    broad: ["any-issuer"],
  },
  {
    name: "a provider without a name yet",
    policy: {
      Statement: [
        statement(eq({ sub: MAIN }), {
          Principal: { Federated: "${aws_iam_openid_connect_provider.github.arn}" },
        }),
      ],
    },
    admits: OF_MAIN,
    broad: [],
  },
];

const provider = (condition: string | null, more: Readonly<Record<string, Json>> = {}): Json => ({
  name: "github",
  oidc: { issuerUri: HUB, allowedAudiences: ["sts.amazonaws.com"] },
  attributeMapping: {
    "google.subject": "assertion.sub",
    "attribute.repository": "assertion.repository",
    "attribute.owner": "assertion.repository_owner",
    "attribute.ref": "assertion.ref",
    "attribute.custom": "assertion.sub.extract('repo:{r}:')",
  },
  ...(condition !== null && { attributeCondition: condition }),
  ...more,
});
const pool = (tail: string, kind = "principalSet"): string =>
  `${kind}://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/${tail}`;
const BY_ID = "assertion.repository_id == '42' && assertion.ref == 'refs/heads/main'";
const ID_MAIN: readonly TokenName[] = ["main", "prod", "dev", "numbered", "called"];

export const googleRows: readonly Row[] = [
  { name: "no condition", policy: provider(null), admits: HUB_AUD, broad: ["ref", "repository"] },
  { name: "number and ref", policy: provider(BY_ID), admits: ID_MAIN, broad: [] },
  {
    name: "the provider's own audience",
    policy: { ...(provider(BY_ID) as object), oidc: { issuerUri: HUB } },
    admits: [...ID_MAIN, "audience"],
    broad: [],
  },
  {
    name: "the owner's name alone",
    policy: provider("assertion.repository_owner == 'acme'"),
    admits: only(({ repository_owner: o }) => o === "acme"),
    broad: ["name-not-number~", "organization", "ref"],
  },
  {
    name: "the owner's number alone",
    policy: provider("assertion.repository_owner_id == '7'"),
    admits: only(({ repository_owner: o }) => o === "acme"),
    broad: ["organization", "ref"],
  },
  {
    name: "a name, mapped",
    policy: provider("attribute.repository == 'acme/fraud' && attribute.ref == 'refs/heads/main'"),
    admits: ID_MAIN,
    broad: ["name-not-number~"],
  },
  {
    name: "a prefix of repositories",
    policy: provider("assertion.repository.startsWith('acme/')"),
    admits: only(({ repository: r }) => String(r).startsWith("acme/")),
    broad: ["organization", "ref"],
  },
  {
    name: "a prefix of branches",
    policy: provider("assertion.repository_id == '42' && assertion.ref.startsWith('refs/heads/ma')"),
    admits: ID_MAIN,
    broad: [],
  },
  {
    name: "an expression over the subject",
    policy: provider("assertion.sub.matches('^repo:acme/fraud:ref:refs/heads/main$')"),
    admits: OF_MAIN,
    broad: [],
  },
  {
    name: "an expression that cannot be decided",
    policy: provider("assertion.sub.matches('^repo:acme/.*:ref')"),
    admits: [],
    open: HUB_AUD,
    broad: ["organization", "ref"],
  },
  {
    name: "a list",
    policy: provider("assertion.repository_id in ['42', '99'] && assertion.ref == \"refs/heads/main\""),
    admits: only(({ ref }) => ref === "refs/heads/main"),
    broad: [],
  },
  {
    name: "either of two",
    policy: provider(
      "(assertion.repository_id == '43' || assertion.repository_id == '42') && assertion.ref == 'refs/heads/feature'",
    ),
    admits: ["branch", "prodBranch"],
    broad: [],
  },
  {
    name: "either, one of them loose",
    policy: provider(`(${BY_ID}) || assertion.repository_owner_id == '7'`),
    admits: only(({ repository_owner: o }) => o === "acme"),
    broad: ["organization", "ref"],
  },
  {
    name: "an absent claim is no other one",
    policy: provider(`${BY_ID} && assertion.environment != 'dev'`),
    admits: ["prod"],
    broad: [],
  },
  {
    name: "has",
    policy: provider(`${BY_ID} && !has(assertion.environment)`),
    admits: ["main", "numbered", "called"],
    broad: [],
  },
  {
    name: "a conditional",
    policy: provider(
      "assertion.repository_id == '42' ? assertion.ref == 'refs/heads/main' : assertion.repository_id == '43' && assertion.ref == 'refs/heads/main'",
    ),
    admits: ID_MAIN,
    broad: [],
  },
  {
    name: "brackets and folded case",
    policy: provider("assertion['repository_id'] == '42' && assertion.ref.lowerAscii() == 'refs/heads/main'"),
    admits: ID_MAIN,
    broad: [],
  },
  {
    name: "a function that is not read",
    policy: provider("assertion.repository.split('/')[0] == 'acme'"),
    admits: [],
    open: HUB_AUD,
    broad: [],
  },
  {
    name: "no expression at all",
    policy: provider("assertion.sub == "),
    admits: [],
    open: HUB_AUD,
    broad: [],
  },
  { name: "all of the pool", policy: provider(BY_ID), members: [pool("*")], admits: ID_MAIN, broad: [] },
  {
    name: "all of a loose pool",
    policy: provider("assertion.repository_owner_id == '7'"),
    members: [pool("*")],
    admits: only(({ repository_owner: o }) => o === "acme"),
    broad: ["organization", "ref"],
  },
  {
    name: "a subject of the pool",
    policy: provider("assertion.repository_owner_id == '7'"),
    members: [pool(`subject/${MAIN}`, "principal")],
    admits: OF_MAIN,
    broad: [],
  },
  {
    name: "a repository of the pool",
    policy: provider("assertion.ref == 'refs/heads/main'"),
    members: [pool("attribute.repository/acme/fraud")],
    admits: ID_MAIN,
    broad: ["name-not-number~"],
  },
  {
    name: "an attribute that was computed",
    policy: provider(BY_ID),
    members: [pool("attribute.custom/acme")],
    admits: [],
    open: ID_MAIN,
    broad: [],
  },
  {
    name: "a member of something else",
    policy: provider(BY_ID),
    members: ["user:ada@example.com"],
    admits: [],
    broad: [],
  },
];

const azure = (more: Readonly<Record<string, Json>>): Json => ({
  name: "ci",
  issuer: HUB,
  audiences: ["sts.amazonaws.com"],
  ...more,
});
const flexible = (value: string): Json => azure({ claimsMatchingExpression: { value, languageVersion: 1 } });

export const azureRows: readonly Row[] = [
  { name: "classic", policy: azure({ subject: MAIN }), admits: OF_MAIN, broad: [] },
  {
    name: "classic with a star is literal",
    policy: azure({ subject: "repo:acme/fraud:*" }),
    admits: [],
    broad: ["literal-wildcard!"],
  },
  {
    name: "classic for an environment",
    policy: azure({ subject: "repo:acme/fraud:environment:prod" }),
    admits: ["prod", "prodBranch"],
    broad: ["ref?prod"],
  },
  {
    name: "in Bicep",
    policy: { name: "ci", properties: { issuer: HUB, subject: MAIN, audiences: ["sts.amazonaws.com"] } },
    admits: OF_MAIN,
    broad: [],
  },
  {
    name: "another audience",
    policy: { ...(azure({ subject: MAIN }) as object), audiences: ["https://github.com/acme"] },
    admits: ["audience"],
    broad: [],
  },
  {
    name: "flexible and narrow",
    policy: flexible("claims['sub'] matches 'repo:acme/fraud:ref:refs/heads/ma*'"),
    admits: OF_MAIN,
    broad: [],
  },
  {
    name: "flexible over everything",
    policy: flexible("claims['sub'] matches '*'"),
    admits: HUB_AUD,
    broad: ["ref", "repository"],
  },
  {
    name: "flexible over an organization",
    policy: flexible("claims['sub'] matches 'repo:acme/*'"),
    admits: only(({ sub: s }) => String(s).startsWith("repo:acme/")),
    broad: ["organization", "ref"],
  },
  {
    name: "flexible with a workflow",
    policy: flexible(
      "claims['sub'] eq 'repo:acme/fraud:ref:refs/heads/main' and claims['job_workflow_ref'] matches 'acme/*'",
    ),
    admits: OF_MAIN,
    broad: [],
  },
  {
    name: "flexible, not read",
    policy: flexible("lower(claims['sub']) eq 'x'"),
    admits: [],
    open: HUB_AUD,
    broad: [],
  },
];

export const vaultRows: readonly Row[] = [
  {
    name: "all bound",
    policy: {
      bound_audiences: "sts.amazonaws.com",
      bound_claims: {
        repository: "acme/fraud",
        ref: "refs/heads/main",
        workflow_ref: "acme/fraud/.github/workflows/deploy.yml@refs/heads/main",
      },
    },
    issuer: HUB,
    admits: ID_MAIN,
    broad: [],
  },
  {
    name: "a glob",
    policy: {
      bound_audiences: ["sts.amazonaws.com"],
      bound_claims_type: "glob",
      bound_claims: { sub: "repo:acme/*" },
    },
    issuer: HUB,
    admits: only(({ sub: s }) => String(s).startsWith("repo:acme/")),
    broad: ["organization", "ref", "workflow"],
  },
  {
    name: "a star without glob",
    policy: { bound_audiences: ["sts.amazonaws.com"], bound_claims: { sub: "repo:acme/*" } },
    issuer: HUB,
    admits: [],
    broad: ["literal-wildcard!"],
  },
  {
    name: "nothing bound",
    policy: { user_claim: "sub" },
    issuer: HUB,
    admits: HUB_TOKENS,
    broad: ["audience", "ref", "repository", "workflow"],
  },
  {
    name: "GitLab, a project's protected branch",
    policy: {
      bound_audiences: ["sts.amazonaws.com"],
      bound_claims: {
        project_id: "5",
        ref: "main",
        ref_type: "branch",
        ci_config_ref_uri: tokens.lab.ci_config_ref_uri,
      },
    },
    issuer: LAB,
    admits: ["lab"],
    broad: [],
  },
];

export const publisherRows: readonly Row[] = [
  {
    name: "PyPI without environment",
    policy: { registry: "pypi", package: "fraud", repository: "acme/fraud", workflow: "deploy.yml" },
    admits: [],
    broad: ["ref"],
  },
  {
    name: "npm with environment",
    policy: {
      registry: "npm",
      package: "@acme/fraud",
      repository: "acme/fraud",
      workflow: "deploy.yml",
      environment: "prod",
    },
    admits: [],
    broad: ["ref?prod"],
  },
];
