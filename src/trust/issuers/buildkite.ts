/** Buildkite. https://buildkite.com/docs/pipelines/security/oidc A pipeline's slug is unique within its organization only. */
import { bareRef, fullRef, reading, whole } from "../readings.ts";
import { joinSubject, parseSubject, type SubjectForm } from "../subject.ts";
import type { Issuer } from "../types.ts";

const form: SubjectForm = {
  separator: ":",
  keys: {
    organization: "organization_slug",
    pipeline: "pipeline_slug",
    ref: "ref",
    commit: "build_commit",
    step: "step_key",
  },
};

export const buildkite: Issuer = {
  id: "buildkite",
  title: "Buildkite",
  issuer: "https://agent.buildkite.com",
  recognizes: (issuer) => /^https:\/\/agent\.buildkite\.com\/?$/.test(issuer),
  claims: {
    organization_slug: whole("the organization", "origin"),
    organization_id: whole("the organization", "origin"),
    pipeline_slug: whole("the pipeline, within its organization", "repository"),
    pipeline_id: whole("the pipeline", "repository", "origin"),
    build_branch: reading("the branch", bareRef),
    build_tag: reading("the tag", bareRef),
    build_commit: whole("the commit", "ref"),
    ref: reading("the full ref, in the subject", fullRef),
    step_key: whole("the step", "workflow"),
  },
  subject: (pattern) => parseSubject(form, pattern),
  buildSubject: ({ organization, repository, ref, commit, step }) =>
    organization === undefined || repository === undefined || ref === undefined
      ? null
      : joinSubject(form, [
          ["organization", organization],
          ["pipeline", repository],
          ["ref", ref],
          ["commit", commit],
          ["step", step],
        ]),
  needs: [
    {
      dimension: "repository",
      kind: "repository",
      claim: "pipeline_slug",
      example: "PIPELINE",
      word: "pipeline",
      without: "any pipeline of the organization gets in",
    },
    {
      dimension: "origin",
      kind: "organization",
      claim: "organization_slug",
      example: "ORGANIZATION",
      word: "organization",
      without: "a pipeline of that name in anybody's organization gets in",
    },
    {
      dimension: "ref",
      kind: "ref",
      claim: "build_branch",
      example: "main",
      word: "ref",
      without: "a build of any branch or pull request gets in",
    },
  ],
  audience: "https://buildkite.com/ORGANIZATION",
  userClaim: "pipeline_id",
  required: ["organization_slug", "pipeline_slug", "build_branch"],
  facts: {
    repository: "pipeline_slug",
    workflow: "step_key",
    job: "job_id",
    run: "build_number",
    commit: "build_commit",
    ref: "build_branch",
    actor: "agent_id",
  },
  words: {
    organization: "organization_slug",
    pipeline: "pipeline_slug",
    repository: "pipeline_slug",
    ref: "build_branch",
    step: "step_key",
  },
};
