/** Bitbucket Pipelines. https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/ */
import { bareRef, environmentName, ownerOnly, reading, whole } from "../readings.ts";
import type { Issuer, Pattern, SubjectPart } from "../types.ts";

/** `{repository}:{environment}:{step}`, or without environment; a step's UUID is new in every run. */
function subject({ text, fixed, open }: Pattern): readonly SubjectPart[] | null {
  const [repository = "", ...rest] = fixed.split(":");
  if (rest.length === 0) return open ? [{ claim: "repositoryUuid", pattern: { text, fixed, open } }] : null;
  return [{ claim: "repositoryUuid", pattern: { text: repository, fixed: repository, open: false } }];
}

export const bitbucket: Issuer = {
  id: "bitbucket",
  title: "Bitbucket Pipelines",
  issuer: null,
  recognizes: (issuer) =>
    /^https:\/\/api\.bitbucket\.org\/2\.0\/workspaces\/[^/\s]+\/pipelines-config\/identity\/oidc$/.test(
      issuer,
    ),
  claims: {
    repositoryUuid: whole("the repository", "repository"),
    workspaceUuid: ownerOnly("the workspace"),
    branchName: reading("the branch", bareRef),
    deploymentEnvironmentUuid: reading("the deployment environment", environmentName),
  },
  subject,
  buildSubject: ({ repository, environment, step }) =>
    repository === undefined || step === undefined
      ? null
      : [repository, ...(environment === undefined ? [] : [environment]), step].join(":"),
  needs: [
    {
      dimension: "repository",
      kind: "repository",
      claim: "repositoryUuid",
      example: "{REPOSITORY-UUID}",
      word: "repository",
      without: "any repository of the workspace gets in",
    },
    {
      dimension: "ref",
      kind: "ref",
      claim: "branchName",
      example: "main",
      word: "ref",
      without: "a step of any branch or pull request gets in",
    },
  ],
  audience: "ari:cloud:bitbucket::workspace/WORKSPACE-UUID",
  userClaim: "repositoryUuid",
  required: ["repositoryUuid"],
  facts: {
    repository: "repositoryUuid",
    workflow: "pipelineUuid",
    job: "stepUuid",
    run: "pipelineRunUuid",
    ref: "branchName",
    environment: "deploymentEnvironmentUuid",
  },
  words: { repository: "repositoryUuid", ref: "branchName", environment: "deploymentEnvironmentUuid" },
};
