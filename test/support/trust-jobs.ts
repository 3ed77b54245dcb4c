/** A job of every issuer: what its token says, a role for it with every claim bound, and for each claim another value. */
export interface Job {
  readonly preset: string;
  /** `iss` of its tokens. */
  readonly issuer: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** The role's `bound_claims`; `sub` and `aud` are bound beside them. */
  readonly bound: Readonly<Record<string, unknown>>;
  /** Another value of each bound claim (or of what it points to). */
  readonly others: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What stands in the token's metadata. */
  readonly facts: Readonly<Record<string, string>>;
}

const FILE = "acme/fraud/.github/workflows/train.yml@refs/heads/main";
const CIRCLE = "oidc.circleci.com/";
const ORG = "00000000-0000-4000-8000-000000000001";
const github = {
  sub: "repo:acme/fraud:environment:prod",
  repository: "acme/fraud",
  repository_id: "42",
  repository_owner: "acme",
  repository_owner_id: "7",
  ref: "refs/heads/main",
  ref_protected: "true",
  sha: "c0ffee",
  workflow_ref: FILE,
  job_workflow_ref: FILE,
  run_id: "1001",
  actor: "ada",
  event_name: "push",
  environment: "prod",
  runner_environment: "github-hosted",
};
const changed = (
  bound: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Readonly<Record<string, unknown>>>> =>
  Object.fromEntries(
    Object.entries(bound).map(([claim, value]) => [claim, { [claim]: `${String(value)}-other` }]),
  );

const githubBound = {
  repository: github.repository,
  repository_id: github.repository_id,
  repository_owner_id: github.repository_owner_id,
  ref: github.ref,
  ref_protected: github.ref_protected,
  workflow_ref: FILE,
  job_workflow_ref: FILE,
  event_name: "push",
  environment: "prod",
  runner_environment: "github-hosted",
};
const githubFacts = {
  ci_system: "github",
  repository: "acme/fraud",
  workflow: FILE,
  job: FILE,
  run: "1001",
  commit: "c0ffee",
  ref: "refs/heads/main",
  actor: "ada",
  environment: "prod",
};
const gitlabBound = {
  project_path: "acme/fraud",
  project_id: "9",
  namespace_path: "acme",
  ref: "main",
  ref_type: "branch",
  ref_protected: "true",
  environment: "prod",
  environment_protected: "true",
  pipeline_source: "push",
  ci_config_ref_uri: "gitlab.com/acme/fraud//.gitlab-ci.yml@refs/heads/main",
};
const circleBound = {
  [`${CIRCLE}org-id`]: ORG,
  [`${CIRCLE}project-id`]: "p-1",
  [`${CIRCLE}vcs-origin`]: "github.com/acme/fraud",
  [`${CIRCLE}vcs-ref`]: "refs/heads/main",
  [`${CIRCLE}context-ids`]: "ctx-1",
  [`${CIRCLE}ssh-rerun`]: false,
};
const buildkiteBound = {
  organization_slug: "acme",
  organization_id: "o-1",
  pipeline_slug: "fraud",
  pipeline_id: "p-1",
  build_branch: "main",
  build_source: "webhook",
  step_key: "train",
};
const bitbucketBound = {
  workspaceUuid: "{w-1}",
  repositoryUuid: "{r-1}",
  branchName: "main",
  deploymentEnvironmentUuid: "{e-1}",
};

export const jobs: readonly Job[] = [
  ...["", "/acme-enterprise"].map(
    (slug): Job => ({
      preset: "github",
      issuer: `https://token.actions.githubusercontent.com${slug}`,
      claims: github,
      bound: githubBound,
      others: changed(githubBound),
      facts: githubFacts,
    }),
  ),
  {
    preset: "github",
    issuer: "https://github.acme.example/_services/token",
    claims: { ...github, sub: "repo:acme@7/fraud@42:ref:refs/heads/main" },
    bound: githubBound,
    others: changed(githubBound),
    facts: githubFacts,
  },
  {
    preset: "gitlab",
    issuer: "https://gitlab.com",
    claims: {
      sub: "project_path:acme/fraud:ref_type:branch:ref:main",
      ...gitlabBound,
      pipeline_id: "77",
      job_id: "88",
      sha: "c0ffee",
      user_login: "ada",
    },
    bound: gitlabBound,
    others: changed(gitlabBound),
    facts: {
      ci_system: "gitlab",
      repository: "acme/fraud",
      run: "77",
      job: "88",
      commit: "c0ffee",
      actor: "ada",
    },
  },
  {
    preset: "circleci",
    issuer: `https://oidc.circleci.com/org/${ORG}`,
    claims: {
      sub: `org/${ORG}/project/p-1/user/u-1/vcs-origin/github.com/acme/fraud/vcs-ref/refs/heads/main`,
      ...circleBound,
      [`${CIRCLE}context-ids`]: ["ctx-0", "ctx-1"],
      [`${CIRCLE}job-id`]: "j-1",
      [`${CIRCLE}pipeline-id`]: "r-1",
    },
    bound: circleBound,
    others: {
      ...changed(circleBound),
      [`${CIRCLE}context-ids`]: { [`${CIRCLE}context-ids`]: ["ctx-0"] },
      [`${CIRCLE}ssh-rerun`]: { [`${CIRCLE}ssh-rerun`]: true },
    },
    facts: { ci_system: "circleci", repository: "github.com/acme/fraud", job: "j-1", run: "r-1" },
  },
  {
    preset: "buildkite",
    issuer: "https://agent.buildkite.com",
    claims: {
      sub: "organization:acme:pipeline:fraud:ref:refs/heads/main:commit:c0ffee:step:train",
      ...buildkiteBound,
      build_number: 12,
      build_commit: "c0ffee",
      job_id: "j-1",
    },
    bound: buildkiteBound,
    others: changed(buildkiteBound),
    facts: { ci_system: "buildkite", repository: "fraud", run: "12", commit: "c0ffee", ref: "main" },
  },
  {
    preset: "bitbucket",
    issuer: "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
    claims: { sub: "{r-1}:{e-1}:{s-1}", ...bitbucketBound, pipelineUuid: "{p-1}", stepUuid: "{s-1}" },
    bound: bitbucketBound,
    others: changed(bitbucketBound),
    facts: { ci_system: "bitbucket", repository: "{r-1}", job: "{s-1}", ref: "main", environment: "{e-1}" },
  },
  {
    preset: "azure-devops",
    issuer: "https://vstoken.dev.azure.com/00000000-0000-4000-8000-000000000002",
    claims: { sub: "sc://acme/fraud/train" },
    bound: {},
    others: {},
    facts: { ci_system: "azure-devops", repository: "sc://acme/fraud/train" },
  },
  {
    preset: "kubernetes",
    issuer: "https://kubernetes.default.svc.cluster.local",
    claims: {
      sub: "system:serviceaccount:prod:train",
      "kubernetes.io": {
        namespace: "prod",
        serviceaccount: { name: "train", uid: "u-1" },
        pod: { name: "train-0", uid: "pod-1" },
      },
    },
    bound: {
      "/kubernetes.io/namespace": "prod",
      "/kubernetes.io/serviceaccount/name": "train",
      "/kubernetes.io/serviceaccount/uid": "u-1",
    },
    others: {
      "/kubernetes.io/namespace": {
        "kubernetes.io": { namespace: "dev", serviceaccount: { name: "train", uid: "u-1" } },
      },
      "/kubernetes.io/serviceaccount/name": {
        "kubernetes.io": { namespace: "prod", serviceaccount: { name: "default", uid: "u-1" } },
      },
      "/kubernetes.io/serviceaccount/uid": {
        "kubernetes.io": { namespace: "prod", serviceaccount: { name: "train", uid: "u-2" } },
      },
    },
    facts: { ci_system: "kubernetes", repository: "prod", workflow: "train", job: "train-0", run: "pod-1" },
  },
];
