/**
 * The claims that a job's token has, for each trigger and shape of ref: what the host signs, as far as files (and the host, when it was
 * asked) tell. What nobody knows is left out.
 */
import type { Claims } from "../../trust/types.ts";
import { environmentsOf } from "../inventory/index.ts";
import { matchesWildcard } from "../host/wildcard.ts";
import type { Job, Repository, Slug, Text, Trigger, Workflow } from "../model.ts";

export interface JobToken {
  readonly job: Job;
  readonly trigger: Trigger;
  /** `refs/heads/main`; a made-up name where any is possible. */
  readonly ref: string;
  /** True where the trigger lets any branch or tag in, of which `ref` is one. */
  readonly anyRef: boolean;
  readonly environment: string | null;
  /** Without `aud`, which the job chooses. */
  readonly claims: Claims;
  /** Other forms that the subject may have, when the host did not say: the immutable one, with `*` for numbers that nobody told. */
  readonly subjects: readonly string[];
}

export const ANY_BRANCH = "refs/heads/any-branch";
const ANY_TAG = "refs/tags/any-tag";

export function tokensOf(repository: Repository): JobToken[] {
  if (repository.slug === null) return [];
  const { slug } = repository;
  return repository.workflows
    .filter(({ remote }) => !remote)
    .flatMap((workflow) =>
      workflow.jobs
        .filter(holdsClaims)
        .flatMap((job) =>
          startsOf(workflow, job.triggers ?? workflow.triggers).flatMap(({ trigger, root }) =>
            refsOf(trigger, workflow).flatMap(({ ref, any }) =>
              environmentNames(job).map((environment) =>
                token({ job, trigger, root, ref, anyRef: any, environment, slug }),
              ),
            ),
          ),
        ),
    );
}

const holdsClaims = ({ identities }: Job): boolean => identities.some(({ kind }) => kind === "oidc");

function environmentNames(job: Job): readonly (string | null)[] {
  const { names } = environmentsOf(job);
  return names.length === 0 ? [null] : names;
}

/** A called workflow runs with its callers' triggers, and says whose it is. */
function startsOf(
  workflow: Workflow,
  triggers: readonly Trigger[],
  depth = 0,
): { readonly trigger: Trigger; readonly root: Workflow }[] {
  const own = triggers
    .filter(({ event }) => event !== "workflow_call")
    .map((trigger) => ({ trigger, root: workflow }));
  if (depth > 5) return own;
  return [
    ...own,
    ...workflow.calledBy.flatMap((caller) =>
      startsOf(caller.workflow, caller.triggers ?? caller.workflow.triggers, depth + 1),
    ),
  ];
}

interface Ref {
  readonly ref: string;
  readonly any: boolean;
}

function refsOf({ event, filters, code }: Trigger, { repository, system }: Workflow): Ref[] {
  const main = { ref: `refs/heads/${repository.host?.defaultBranch ?? "main"}`, any: false };
  if (event === "pull_request" || event === "pull_request_review" || event === "merge_request_event")
    return [{ ref: "refs/pull/1/merge", any: false }];
  if (event === "release") return [{ ref: "refs/tags/v1.0.0", any: true }];
  // GitLab's rules hold for every source; elsewhere these filters are about the refs of other runs.
  if (event === "push" || event === "create" || event === "merge_group" || system === "gitlab-ci") {
    const named = [...shapes(filters.branches, "refs/heads/"), ...shapes(filters.tags, "refs/tags/")];
    if (named.length > 0) return named;
    if (system === "gitlab-ci") return [main, { ref: ANY_BRANCH, any: true }, { ref: ANY_TAG, any: true }];
    const tags = filters.tagsIgnore === null && filters.branchesIgnore === null && filters.paths === null;
    return [main, { ref: ANY_BRANCH, any: true }, ...(tags ? [{ ref: ANY_TAG, any: true }] : [])];
  }
  if (event === "workflow_dispatch") return [main, { ref: ANY_BRANCH, any: true }];
  return code === "default" || code === "base" ? [main] : [main, { ref: ANY_BRANCH, any: true }];
}

/** Patterns stand for one of their refs. */
const shapes = (list: readonly Text[] | null, prefix: string): Ref[] =>
  (list ?? [])
    .map(({ value }) => value)
    .filter((value) => !value.startsWith("!"))
    .map((value) => ({
      ref: prefix + value.replaceAll(/\*+|\[[^\]]*\]\+?|[?+]/g, "x"),
      any: /[*?[\]+]/.test(value),
    }));

interface TokenParts extends Omit<JobToken, "claims" | "subjects"> {
  readonly root: Workflow;
  readonly slug: Slug;
}

function token({ root, slug, ...parts }: TokenParts): JobToken {
  return parts.job.workflow.system === "gitlab-ci" ? gitlab(parts, slug) : github(parts, { root, slug });
}

function github(
  parts: Omit<TokenParts, "root" | "slug">,
  { root, slug }: { readonly root: Workflow; readonly slug: Slug },
): JobToken {
  const { job, trigger, ref, environment } = parts;
  const repository = `${slug.owner}/${slug.name}`;
  const {
    numbers = null,
    immutableSubject = null,
    subjectClaims: custom = null,
  } = job.workflow.repository.host ?? {};
  const context = tail(trigger.event, ref, environment);
  const facts: Record<string, string> = {
    repository,
    repository_owner: slug.owner,
    ref,
    ref_type: ref.startsWith("refs/tags/") ? "tag" : "branch",
    event_name: trigger.event,
    workflow: root.name?.value ?? root.file.path,
    workflow_ref: `${repository}/${root.file.path}@${ref}`,
    job_workflow_ref: `${repository}/${job.workflow.file.path}@${ref}`,
    ...(numbers !== null && { repository_id: numbers.repository, repository_owner_id: numbers.owner }),
    ...(environment !== null && { environment }),
    ...(job.runner !== null &&
      job.runner.hosting !== "unknown" && {
        runner_environment: job.runner.hosting === "hosted" ? "github-hosted" : "self-hosted",
      }),
  };
  const coded = (text: string): string => text.replaceAll(":", "%3A");
  const numbered =
    numbers === null
      ? `repo:${slug.owner}@*/${slug.name}@*`
      : `repo:${slug.owner}@${numbers.owner}/${slug.name}@${numbers.repository}`;
  const named = immutableSubject === true && numbers !== null ? numbered : `repo:${repository}`;
  const sub =
    custom === null
      ? `${named}:${context}`
      : custom
          .map((claim) =>
            claim === "repo"
              ? named
              : claim === "context"
                ? context
                : `${claim}:${coded(facts[claim] ?? "")}`,
          )
          .join(":");
  return {
    ...parts,
    claims: { iss: issuerOf(slug.host), sub, ...facts },
    // https://docs.github.com/actions/reference/security/oidc: names with numbers, for new and moved repositories and who asks for it
    subjects: custom === null && immutableSubject === null ? [`${numbered}:${context}`] : [],
  };
}

const tail = (event: string, ref: string, environment: string | null): string =>
  environment !== null
    ? `environment:${environment.replaceAll(":", "%3A")}`
    : event === "pull_request"
      ? "pull_request"
      : `ref:${ref}`;

const issuerOf = (host: string): string =>
  host === "github.com" || host === ""
    ? "https://token.actions.githubusercontent.com"
    : host.endsWith(".ghe.com")
      ? `https://token.actions.${host}`
      : `https://${host}/_services/token`;

function gitlab(parts: Omit<TokenParts, "root" | "slug">, { host, owner, name }: Slug): JobToken {
  const { ref, anyRef, environment, trigger, job } = parts;
  const path = `${owner}/${name}`;
  const type = ref.startsWith("refs/tags/") ? "tag" : "branch";
  const short = ref.replace(/^refs\/(?:heads|tags|pull)\//, "");
  const facts = job.workflow.repository.host;
  const numbers = facts?.numbers ?? null;
  const patterns = (type === "tag" ? facts?.protectedTags : facts?.protectedBranches) ?? null;
  const guarded =
    patterns === null || anyRef ? null : patterns.some((pattern) => matchesWildcard(pattern, short));
  return {
    ...parts,
    claims: {
      iss: `https://${host}`,
      sub: `project_path:${path}:ref_type:${type}:ref:${short}`,
      project_path: path,
      namespace_path: owner,
      ref: short,
      ref_type: type,
      pipeline_source: trigger.event,
      ...(numbers !== null && { project_id: numbers.repository, namespace_id: numbers.owner }),
      ...(guarded !== null && { ref_protected: String(guarded) }),
      ci_config_ref_uri: `${host}/${path}//${job.workflow.file.path}@${ref}`,
      ...(environment !== null && { environment }),
    },
    subjects: [],
  };
}
