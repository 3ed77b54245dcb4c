/** What the variables of CI systems tell of the change that a job is for. One row each. */
import { readFileSync } from "node:fs";

export interface Change {
  /** The newest commit of the change. */
  readonly head: string;
  /** Where it began: a commit's id, all zeros for a new branch, or a branch of the remote; absent where the system does not say. */
  readonly base?: string | undefined;
  /** The branch that new branches leave from. */
  readonly trunk?: string | undefined;
  /** The branch that the job is for. */
  readonly branch?: string | undefined;
  /** For people: `pull request 12`, `push to main`. */
  readonly what: string;
}

type Env = Readonly<Record<string, string | undefined>>;

export interface CiSystem {
  readonly id: string;
  readonly title: string;
  is(env: Env): boolean;
  /** Null where the job is for no change: a schedule, a button. */
  change(env: Env): Change | null;
  /** How more of the history is fetched. */
  readonly deepen: string;
}

const asBranch = (ref: string | undefined): string | undefined =>
  ref === undefined || ref === "" ? undefined : ref.replace(/^refs\/heads\//, "");

interface GitHubEvent {
  readonly before?: string;
  readonly after?: string;
  readonly deleted?: boolean;
  readonly repository?: { readonly default_branch?: string };
  readonly pull_request?: {
    readonly number?: number;
    readonly base?: { readonly sha?: string };
    readonly head?: { readonly sha?: string };
  };
  readonly merge_group?: { readonly base_sha?: string; readonly head_sha?: string };
}

function eventOf(path: string | undefined): GitHubEvent {
  try {
    return JSON.parse(readFileSync(path ?? "", "utf8")) as GitHubEvent;
  } catch {
    return {};
  }
}

function githubChange(env: Env): Change | null {
  const event = eventOf(env.GITHUB_EVENT_PATH);
  const name = env.GITHUB_EVENT_NAME ?? "";
  const trunk = event.repository?.default_branch;
  const branch = asBranch(env.GITHUB_REF);
  const sha = env.GITHUB_SHA ?? "";
  const { pull_request: pull, merge_group: group } = event;
  if (name.startsWith("pull_request") && pull !== undefined)
    return {
      head: pull.head?.sha ?? sha,
      base: pull.base?.sha,
      trunk,
      what: `pull request ${pull.number ?? ""}`.trim(),
    };
  if (group !== undefined)
    return { head: group.head_sha ?? sha, base: group.base_sha, trunk, what: "a merge queue" };
  if (name !== "push" || event.deleted === true) return null;
  return {
    head: event.after ?? sha,
    base: event.before,
    trunk,
    branch,
    what: `a push to ${branch ?? "a ref"}`,
  };
}

function gitlabChange(env: Env): Change | null {
  if (/^(?:schedule|web|api|trigger|pipeline)$/.test(env.CI_PIPELINE_SOURCE ?? "")) return null;
  const head = env.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA || env.CI_COMMIT_SHA || "";
  const trunk = env.CI_DEFAULT_BRANCH;
  const branch = env.CI_COMMIT_BRANCH;
  const base = env.CI_MERGE_REQUEST_DIFF_BASE_SHA;
  if (base) return { head, base, trunk, what: `merge request ${env.CI_MERGE_REQUEST_IID ?? ""}`.trim() };
  return { head, base: env.CI_COMMIT_BEFORE_SHA, trunk, branch, what: `a push to ${branch ?? "a ref"}` };
}

const UNSHALLOW = "run `git fetch --unshallow` before it";

export const ciSystems: readonly CiSystem[] = [
  {
    id: "github",
    title: "GitHub Actions",
    is: (env) => env.GITHUB_ACTIONS === "true",
    change: githubChange,
    deepen: "set `fetch-depth: 0` at actions/checkout",
  },
  {
    id: "gitlab",
    title: "GitLab CI",
    is: (env) => env.GITLAB_CI === "true",
    change: gitlabChange,
    deepen: "set the variable `GIT_DEPTH: 0` for the job",
  },
  {
    id: "bitbucket",
    title: "Bitbucket Pipelines",
    is: (env) => Boolean(env.BITBUCKET_BUILD_NUMBER),
    change: (env) => ({
      head: env.BITBUCKET_COMMIT ?? "",
      base: env.BITBUCKET_PR_DESTINATION_COMMIT || env.BITBUCKET_PR_DESTINATION_BRANCH || undefined,
      branch: env.BITBUCKET_BRANCH,
      what: env.BITBUCKET_PR_ID
        ? `pull request ${env.BITBUCKET_PR_ID}`
        : `branch ${env.BITBUCKET_BRANCH ?? ""}`,
    }),
    deepen: "set `clone: depth: full`",
  },
  {
    id: "circleci",
    title: "CircleCI",
    is: (env) => env.CIRCLECI === "true",
    change: (env) => ({
      head: env.CIRCLE_SHA1 ?? "",
      branch: env.CIRCLE_BRANCH,
      what: `branch ${env.CIRCLE_BRANCH ?? ""}`,
    }),
    deepen: UNSHALLOW,
  },
  {
    id: "buildkite",
    title: "Buildkite",
    is: (env) => env.BUILDKITE === "true",
    change: (env) => ({
      head: env.BUILDKITE_COMMIT ?? "",
      base: env.BUILDKITE_PULL_REQUEST_BASE_BRANCH || undefined,
      trunk: env.BUILDKITE_PIPELINE_DEFAULT_BRANCH,
      branch: env.BUILDKITE_BRANCH,
      what: `branch ${env.BUILDKITE_BRANCH ?? ""}`,
    }),
    deepen: UNSHALLOW,
  },
  {
    id: "azure",
    title: "Azure Pipelines",
    is: (env) => env.TF_BUILD === "True",
    change: (env) => ({
      head: env.SYSTEM_PULLREQUEST_SOURCECOMMITID || env.BUILD_SOURCEVERSION || "",
      base: asBranch(env.SYSTEM_PULLREQUEST_TARGETBRANCH),
      branch: asBranch(env.BUILD_SOURCEBRANCH),
      what: `branch ${asBranch(env.BUILD_SOURCEBRANCH) ?? ""}`,
    }),
    deepen: "set `fetchDepth: 0` at checkout",
  },
  {
    id: "jenkins",
    title: "Jenkins",
    is: (env) => Boolean(env.JENKINS_URL),
    change: (env) => ({
      head: env.GIT_COMMIT ?? "HEAD",
      base: env.CHANGE_TARGET || env.GIT_PREVIOUS_SUCCESSFUL_COMMIT || env.GIT_PREVIOUS_COMMIT || undefined,
      branch: env.BRANCH_NAME,
      what: env.CHANGE_ID ? `change ${env.CHANGE_ID}` : `branch ${env.BRANCH_NAME ?? ""}`,
    }),
    deepen: UNSHALLOW,
  },
];
