/**
 * GitHub Actions. https://docs.github.com/actions/reference/security/oidc
 * The environment takes the ref's place in the subject, so that the subject alone says either; the claims say both.
 */
import {
  environmentName,
  eventName,
  fullRef,
  ownerOnly,
  reading,
  repositoryName,
  whole,
} from "../readings.ts";
import { joinSubject, parseSubject, type SubjectForm } from "../subject.ts";
import type { Issuer, Pattern, Reading } from "../types.ts";

const HOST = "https://token.actions.githubusercontent.com";
const ISSUERS = [
  /^https:\/\/token\.actions\.githubusercontent\.com(?:\/[A-Za-z0-9-]{1,64})?$/,
  /^https:\/\/token\.actions\.[a-z0-9-]+\.ghe\.com(?:\/[A-Za-z0-9-]{1,64})?$/,
  /^https:\/\/[^/\s]+\/_services\/token$/,
];

const REQUEST_EVENTS = [
  "pull_request",
  "pull_request_target",
  "pull_request_review",
  "issue_comment",
  "workflow_run",
];

/** Claims that a customised subject may be made of. */
const CUSTOM = [
  "actor",
  "actor_id",
  "enterprise",
  "enterprise_id",
  "event_name",
  "job_workflow_ref",
  "job_workflow_sha",
  "repository",
  "repository_id",
  "repository_owner",
  "repository_owner_id",
  "repository_visibility",
  "runner_environment",
  "workflow",
  "workflow_ref",
  "workflow_sha",
];

const form: SubjectForm = {
  separator: ":",
  escape: [":", "%3A"],
  keys: {
    repo: "repository",
    environment: "environment",
    ref: "ref",
    ...Object.fromEntries(CUSTOM.map((claim) => [claim, claim])),
  },
  words: { pull_request: { claim: "event_name", value: "pull_request" } },
};

/** `owner/repository/.github/workflows/file.yml@ref`. */
const workflowOf = ({ text, fixed, open }: Pattern): { file: string; ref: Pattern } | null => {
  const at = fixed.indexOf("@");
  if (at < 0 || !/^[^/]+\/[^/]+\/.+/.test(fixed.slice(0, at))) return null;
  return { file: fixed.slice(0, at), ref: { text: text.slice(at + 1), fixed: fixed.slice(at + 1), open } };
};

/** The workflow that runs: its repository is the job's, its ref the run's. */
function ownWorkflow(pattern: Pattern): Reading {
  const parts = workflowOf(pattern);
  if (parts === null) return pattern.open ? repositoryOfPath(pattern) : { pins: [] };
  const { pins, opens } = fullRef(parts.ref);
  return { pins: ["repository", "workflow", ...pins], ...(opens && { opens }) };
}

/** A path that ends in a wildcard before the file's name is known: the repository may be. */
function repositoryOfPath({ text, fixed }: Pattern): Reading {
  const [owner = "", repository, rest] = fixed.split("/", 3);
  if (owner !== "" && repository !== undefined && rest !== undefined) return { pins: ["repository"] };
  return repositoryName({ text, fixed: [owner, repository].join("/"), open: true });
}

/** A reusable workflow: anybody's repository may call it, and at another ref it is another file. */
function calledWorkflow(pattern: Pattern): Reading {
  const parts = workflowOf(pattern);
  if (parts === null) return { pins: [] };
  return { pins: fullRef(parts.ref).pins.length > 0 ? ["workflow"] : [] };
}

export const github: Issuer = {
  id: "github",
  title: "GitHub Actions",
  issuer: HOST,
  recognizes: (issuer) => ISSUERS.some((one) => one.test(issuer)),
  claims: {
    repository: reading("owner/repository", repositoryName),
    repository_id: whole("the repository's number, which a rename keeps", "repository"),
    repository_owner: ownerOnly("the account"),
    repository_owner_id: ownerOnly("the account"),
    enterprise: ownerOnly("the enterprise"),
    ref: reading("the branch or tag, as refs/heads/main", fullRef),
    sha: whole("the commit", "ref"),
    environment: reading("the deployment environment", environmentName),
    event_name: reading("what triggered the run", eventName(REQUEST_EVENTS)),
    workflow_ref: reading("the workflow's file and ref", ownWorkflow),
    job_workflow_ref: reading("the reusable workflow's file and ref", calledWorkflow),
  },
  subject: (pattern) => parseSubject(form, pattern),
  buildSubject: ({ repository, environment, ref, event }) => {
    if (repository === undefined) return null;
    const head = joinSubject(form, [["repo", repository]]);
    if (environment !== undefined) return `${head}:${joinSubject(form, [["environment", environment]])}`;
    if (event === "pull_request") return `${head}:pull_request`;
    return ref === undefined ? null : `${head}:${joinSubject(form, [["ref", ref]])}`;
  },
  needs: [
    {
      dimension: "repository",
      kind: "repository",
      claim: "repository",
      example: "OWNER/REPOSITORY",
      without: "any repository on this GitHub, of anybody, gets in",
    },
    {
      dimension: "ref",
      kind: "ref",
      claim: "ref",
      example: "refs/heads/main",
      without:
        "a job of any branch, tag or pull request gets in (an environment's name does not fix the branch)",
    },
    {
      dimension: "workflow",
      kind: "workflow",
      claim: "workflow_ref",
      example: "OWNER/REPOSITORY/.github/workflows/FILE.yml@refs/heads/main",
      word: "workflow",
      without: "any workflow of the repository gets in, also one that runs other people's code",
    },
  ],
  audience: "the owner's address, https://github.com/OWNER",
  userClaim: "repository",
  required: ["repository", "ref", "workflow_ref", "run_id"],
  facts: {
    repository: "repository",
    workflow: "workflow_ref",
    job: "job_workflow_ref",
    run: "run_id",
    commit: "sha",
    ref: "ref",
    actor: "actor",
    environment: "environment",
  },
  words: { event: "event_name", "repository-id": "repository_id" },
  derive: ({ repository, workflow, ref, ...rest }) => {
    const files = (workflow ?? []).flatMap((file) =>
      file.includes("@") || repository === undefined || ref === undefined
        ? [file]
        : repository.flatMap((name) => ref.map((at) => `${name}/${file.replace(/^\//, "")}@${at}`)),
    );
    return {
      ...rest,
      ...(repository && { repository }),
      ...(ref && { ref }),
      ...(workflow && { workflow_ref: files }),
    };
  },
};
