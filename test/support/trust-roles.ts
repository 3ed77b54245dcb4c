/**
 * B2 as a table: narrow roles of every issuer, each with what one changed condition makes of it. A pair differs in exactly that
 * condition; `claim` is what the refusal must name, `line` what it must tell to add.
 */
export interface RolePair {
  readonly name: string;
  /** The mount's `bound_issuer`; empty: unknown. */
  readonly issuer: string;
  readonly narrow: Readonly<Record<string, unknown>>;
  readonly broad: Readonly<Record<string, unknown>>;
  readonly claim: string;
  readonly line: RegExp;
}

type Role = Readonly<Record<string, unknown>>;

const GITHUB = "https://token.actions.githubusercontent.com";
const FILE = "acme/fraud/.github/workflows/train.yml@refs/heads/main";
const CIRCLE = "oidc.circleci.com/";
const base = { role_type: "jwt", bound_audiences: ["bulkhead"], user_claim: "sub" };

interface Start {
  readonly issuer: string;
  readonly claims: Role;
  readonly more?: Role;
}

const STARTS = {
  github: {
    issuer: GITHUB,
    claims: { repository: "acme/fraud", ref: "refs/heads/main", workflow_ref: FILE },
  },
  slug: {
    issuer: `${GITHUB}/acme-enterprise`,
    claims: { repository_id: "42", ref: "refs/tags/v1", job_workflow_ref: FILE },
  },
  ghes: {
    issuer: "https://github.acme.example/_services/token",
    claims: { repository: "acme/fraud", ref: "refs/heads/main", workflow_ref: FILE },
  },
  subject: {
    issuer: GITHUB,
    claims: { sub: "repo:acme/fraud:ref:refs/heads/main", job_workflow_ref: FILE },
    more: { bound_claims_type: "glob" },
  },
  immutable: {
    issuer: GITHUB,
    claims: { sub: "repo:acme@12/fraud@34:environment:prod", ref: "refs/heads/main", job_workflow_ref: FILE },
    more: { bound_claims_type: "glob" },
  },
  gitlab: {
    issuer: "https://gitlab.com",
    claims: { project_path: "acme/fraud", ref: "main", ref_type: "branch" },
  },
  circleci: {
    issuer: "https://oidc.circleci.com/org/00000000-0000-4000-8000-000000000001",
    claims: {
      [`${CIRCLE}project-id`]: "p-1",
      [`${CIRCLE}vcs-origin`]: "github.com/acme/fraud",
      [`${CIRCLE}vcs-ref`]: "refs/heads/main",
    },
  },
  buildkite: {
    issuer: "https://agent.buildkite.com",
    claims: { organization_slug: "acme", pipeline_slug: "fraud", build_branch: "main" },
  },
  bitbucket: {
    issuer: "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
    claims: { repositoryUuid: "{r-1}", branchName: "main" },
  },
  azure: {
    issuer: "https://vstoken.dev.azure.com/00000000-0000-4000-8000-000000000002",
    claims: { sub: "sc://acme/fraud/train" },
    more: { bound_claims_type: "glob" },
  },
  kubernetes: {
    issuer: "https://kubernetes.default.svc.cluster.local",
    claims: { "/kubernetes.io/namespace": "prod", "/kubernetes.io/serviceaccount/name": "train" },
  },
  unknown: { issuer: "", claims: { team: "fraud" } },
} as const satisfies Record<string, Start>;

type Key = keyof typeof STARTS;
type Change = Readonly<Record<string, unknown>>;

const roleOf = (key: Key, changes: { readonly claims?: Change; readonly role?: Change }): Role => {
  const start: Start = STARTS[key];
  const claims = Object.fromEntries(
    Object.entries({ ...start.claims, ...changes.claims }).filter(([, value]) => value !== undefined),
  );
  return Object.fromEntries(
    Object.entries({ ...base, ...start.more, bound_claims: claims, ...changes.role }).filter(
      ([, value]) => value !== undefined,
    ),
  );
};

const glob = { bound_claims_type: "glob" };
const pair = (
  key: Key,
  name: string,
  changes: { readonly claims?: Change; readonly role?: Change; readonly both?: Change },
  [claim, line]: readonly [claim: string, line: RegExp],
): RolePair => ({
  name: `${key}: ${name}`,
  issuer: STARTS[key].issuer,
  narrow: roleOf(key, { role: { ...changes.both } }),
  broad: roleOf(key, { claims: { ...changes.claims }, role: { ...changes.both, ...changes.role } }),
  claim,
  line,
});

const AUDIENCE = ["aud", /"bound_audiences": \["bulkhead"\]/] as const;
const REPOSITORY = ["repository", /"repository": "OWNER\/REPOSITORY"/] as const;
const REF = ["ref", /"ref": "refs\/heads\/main"/] as const;
const WORKFLOW = [
  "workflow_ref",
  /"workflow_ref": "OWNER\/REPOSITORY\/.github\/workflows\/FILE.yml@/,
] as const;
const none = { bound_audiences: undefined };

export const rolePairs: readonly RolePair[] = [
  pair("github", "no audience", { role: none }, AUDIENCE),
  pair(
    "slug",
    "one of two values takes any branch",
    { claims: { ref: ["refs/heads/main", "refs/heads/*"] }, both: glob },
    REF,
  ),
  pair("slug", "any branch by a wildcard", { claims: { ref: "refs/heads/*" }, both: glob }, REF),
  pair("github", "any workflow", { claims: { workflow_ref: undefined } }, WORKFLOW),
  pair(
    "github",
    "the workflow's name says nothing",
    { claims: { workflow_ref: undefined, workflow: "Train" } },
    WORKFLOW,
  ),
  pair("github", "a pull request's event", { claims: { event_name: ["push", "pull_request_target"] } }, [
    "event_name",
    /add "bound_claims": { "[a-z_]+": "(?:push|NAME)" }/,
  ]),
  pair("github", "a pull request's ref", { claims: { ref: ["refs/heads/main", "refs/pull/1/merge"] } }, REF),
  pair("github", "any environment", { claims: { environment: "*" }, both: glob }, [
    "environment",
    /add "bound_claims": { "[a-z_]+": "(?:push|NAME)" }/,
  ]),
  pair("slug", "no audience", { role: none }, AUDIENCE),
  pair("slug", "any repository", { claims: { repository_id: undefined } }, REPOSITORY),
  pair("slug", "any branch", { claims: { ref: undefined } }, REF),
  pair(
    "slug",
    "any version of the called workflow",
    { claims: { job_workflow_ref: FILE.replace(/@.*/, "@*") }, both: glob },
    WORKFLOW,
  ),
  pair("ghes", "no audience", { role: none }, AUDIENCE),
  pair("ghes", "any workflow", { claims: { workflow_ref: undefined } }, WORKFLOW),
  pair("subject", "a whole organization", { claims: { sub: "repo:acme/*:ref:refs/heads/main" } }, REPOSITORY),
  pair("subject", "an organization without a slash", { claims: { sub: "repo:acme*" } }, REPOSITORY),
  pair("subject", "anything behind the repository", { claims: { sub: "repo:acme/fraud:*" } }, REF),
  pair("subject", "a pull request", { claims: { sub: "repo:acme/fraud:pull_request" } }, [
    "event_name",
    /add "bound_claims": { "[a-z_]+": "(?:push|NAME)" }/,
  ]),
  pair(
    "subject",
    "an environment fixes no branch",
    { claims: { sub: "repo:acme/fraud:environment:prod" } },
    REF,
  ),
  pair("immutable", "any environment", { claims: { sub: "repo:acme@12/fraud@34:environment:*" } }, [
    "environment",
    /add "bound_claims": { "[a-z_]+": "(?:push|NAME)" }/,
  ]),
  pair("immutable", "any branch", { claims: { ref: undefined } }, REF),
  pair("gitlab", "no audience", { role: none }, AUDIENCE),
  pair("gitlab", "a whole group", { claims: { project_path: "acme/*" }, both: glob }, [
    "project_path",
    /"GROUP\/PROJECT"/,
  ]),
  pair("gitlab", "any branch", { claims: { ref: undefined } }, ["ref", /"ref": "main"/]),
  pair("gitlab", "a tag of the branch's name", { claims: { ref_type: undefined } }, [
    "ref_type",
    /"ref_type": "branch"/,
  ]),
  pair("gitlab", "merge requests", { claims: { pipeline_source: ["push", "merge_request_event"] } }, [
    "pipeline_source",
    /add "bound_claims": { "[a-z_]+": "(?:push|NAME)" }/,
  ]),
  pair("gitlab", "any project", { claims: { project_path: undefined } }, [
    "project_path",
    /"GROUP\/PROJECT"/,
  ]),
  pair("circleci", "a fork", { claims: { [`${CIRCLE}vcs-origin`]: undefined } }, [
    `${CIRCLE}vcs-origin`,
    /"github.com\/OWNER/,
  ]),
  pair("circleci", "any project", { claims: { [`${CIRCLE}project-id`]: undefined } }, [
    `${CIRCLE}project-id`,
    /"PROJECT-UUID"/,
  ]),
  pair("circleci", "any branch", { claims: { [`${CIRCLE}vcs-ref`]: undefined } }, [
    `${CIRCLE}vcs-ref`,
    /"refs\/heads\/main"/,
  ]),
  pair("buildkite", "any pipeline", { claims: { pipeline_slug: undefined } }, [
    "pipeline_slug",
    /"PIPELINE"/,
  ]),
  pair("buildkite", "anybody's organization", { claims: { organization_slug: undefined } }, [
    "organization_slug",
    /"ORGANIZATION"/,
  ]),
  pair("buildkite", "any branch", { claims: { build_branch: "*" }, both: glob }, [
    "build_branch",
    /"build_branch": "main"/,
  ]),
  pair("bitbucket", "any repository", { claims: { repositoryUuid: undefined } }, [
    "repositoryUuid",
    /REPOSITORY-UUID/,
  ]),
  pair("bitbucket", "any branch", { claims: { branchName: undefined } }, [
    "branchName",
    /"branchName": "main"/,
  ]),
  pair("azure", "any connection", { claims: { sub: "sc://acme/fraud/*" } }, [
    "sub",
    /"bound_subject": "sc:\/\//,
  ]),
  pair("azure", "any project", { claims: { sub: "sc://acme/*" } }, ["sub", /"bound_subject": "sc:\/\//]),
  pair("kubernetes", "any namespace", { claims: { "/kubernetes.io/namespace": undefined } }, [
    "/kubernetes.io/namespace",
    /"NAMESPACE"/,
  ]),
  pair("kubernetes", "any account", { claims: { "/kubernetes.io/serviceaccount/name": "*" }, both: glob }, [
    "/kubernetes.io/serviceaccount/name",
    /"SERVICE-ACCOUNT"/,
  ]),
  pair("unknown", "no audience", { role: none }, AUDIENCE),
  pair("unknown", "no condition", { claims: { team: undefined } }, ["sub", /"bound_subject"/]),
  pair("unknown", "a condition that takes everything", { claims: { team: "*" }, both: glob }, [
    "sub",
    /"bound_subject"/,
  ]),
];
