/** GitLab CI ID tokens. https://docs.gitlab.com/ci/secrets/id_token_authentication/ A branch's name alone says nothing: tags may bear it. */
import {
  bareRef,
  environmentName,
  eventName,
  flag,
  fullRef,
  ownerOnly,
  reading,
  repositoryName,
  whole,
} from "../readings.ts";
import { joinSubject, parseSubject, type SubjectForm } from "../subject.ts";
import type { Issuer } from "../types.ts";

const form: SubjectForm = {
  separator: ":",
  keys: { project_path: "project_path", ref_type: "ref_type", ref: "ref", environment: "environment" },
};

export const gitlab: Issuer = {
  id: "gitlab",
  title: "GitLab CI",
  issuer: "https://gitlab.com",
  recognizes: (issuer) => /^https:\/\/gitlab\.com\/?$/.test(issuer),
  claims: {
    project_path: reading("group/project", repositoryName),
    project_id: whole("the project's number", "repository"),
    namespace_path: ownerOnly("the group"),
    namespace_id: ownerOnly("the group"),
    ref: reading("the branch's or tag's name", (pattern) => {
      const { pins, opens } = bareRef(pattern);
      return { pins: pins.length > 0 ? ["ref"] : [], ...(opens && { opens }) };
    }),
    ref_path: reading("the full ref, as refs/heads/main", fullRef),
    ref_type: whole("branch or tag", "origin"),
    ref_protected: flag("true", "only protected refs", "ref", "origin"),
    sha: whole("the commit", "ref", "origin"),
    environment: reading("the deployment environment", environmentName),
    pipeline_source: reading(
      "what triggered the pipeline",
      eventName(["merge_request_event", "external_pull_request_event"]),
    ),
  },
  subject: (pattern) => parseSubject(form, pattern),
  buildSubject: ({ repository, ref, type = "branch" }) =>
    repository === undefined || ref === undefined
      ? null
      : joinSubject(form, [
          ["project_path", repository],
          ["ref_type", type],
          ["ref", ref],
        ]),
  needs: [
    {
      dimension: "repository",
      kind: "repository",
      claim: "project_path",
      example: "GROUP/PROJECT",
      word: "repository",
      without: "any project of this GitLab, of anybody, gets in",
    },
    {
      dimension: "ref",
      kind: "ref",
      claim: "ref",
      example: "main",
      without: "a job of any branch, tag or merge request gets in",
    },
    {
      dimension: "origin",
      kind: "ref",
      claim: "ref_type",
      example: "branch",
      word: "ref-type",
      given: "ref",
      without: "a tag that bears the branch's name gets in",
    },
  ],
  audience: "what the job's `id_tokens` says",
  userClaim: "project_path",
  required: ["project_path", "ref", "ref_type", "pipeline_id", "job_id"],
  facts: {
    repository: "project_path",
    workflow: "ci_config_ref_uri",
    job: "job_id",
    run: "pipeline_id",
    commit: "sha",
    ref: "ref",
    actor: "user_login",
    environment: "environment",
  },
  words: {
    repository: "project_path",
    project: "project_path",
    "project-id": "project_id",
    "ref-type": "ref_type",
    "ref-protected": "ref_protected",
    event: "pipeline_source",
    workflow: "ci_config_ref_uri",
  },
  // a ref of the declaration is a branch unless it says otherwise
  derive: (claims) =>
    claims.ref === undefined || claims.ref_type !== undefined || claims.ref_protected !== undefined
      ? claims
      : { ...claims, ref_type: ["branch"] },
};
