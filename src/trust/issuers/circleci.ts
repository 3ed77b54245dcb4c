/** CircleCI. https://circleci.com/docs/openid-connect-tokens/ A fork's build bears the project's id: only `vcs-origin` tells it apart. */
import { fullRef, ownerOnly, reading, whole } from "../readings.ts";
import { joinSubject, parseSubject, type SubjectForm } from "../subject.ts";
import type { Issuer } from "../types.ts";

const NAME = "oidc.circleci.com/";
const form: SubjectForm = {
  separator: "/",
  keys: {
    org: `${NAME}org-id`,
    project: `${NAME}project-id`,
    user: "user",
    "vcs-origin": `${NAME}vcs-origin`,
    "vcs-ref": `${NAME}vcs-ref`,
  },
  long: ["vcs-origin", "vcs-ref"],
};

export const circleci: Issuer = {
  id: "circleci",
  title: "CircleCI",
  issuer: null,
  recognizes: (issuer) => /^https:\/\/oidc\.circleci\.com\/org\/[0-9a-f-]{36}$/i.test(issuer),
  claims: {
    [`${NAME}project-id`]: whole("the project", "repository"),
    [`${NAME}org-id`]: ownerOnly("the organization"),
    [`${NAME}vcs-origin`]: whole("the repository that the code came from", "origin"),
    [`${NAME}vcs-ref`]: reading("the full ref", fullRef),
  },
  subject: (pattern) => parseSubject(form, pattern),
  buildSubject: ({ organization, repository, user, origin, ref }) =>
    organization === undefined || repository === undefined || user === undefined
      ? null
      : joinSubject(form, [
          ["org", organization],
          ["project", repository],
          ["user", user],
          ["vcs-origin", origin],
          ["vcs-ref", ref],
        ]),
  needs: [
    {
      dimension: "repository",
      kind: "repository",
      claim: `${NAME}project-id`,
      example: "PROJECT-UUID",
      word: "project",
      without: "any project of the organization gets in",
    },
    {
      dimension: "origin",
      kind: "fork",
      claim: `${NAME}vcs-origin`,
      example: "github.com/OWNER/REPOSITORY",
      word: "repository",
      without: "a build of somebody's fork gets in: it bears this project's id",
    },
    {
      dimension: "ref",
      kind: "ref",
      claim: `${NAME}vcs-ref`,
      example: "refs/heads/main",
      word: "ref",
      without: "a build of any branch, tag or pull request gets in",
    },
  ],
  audience: "the organization's UUID",
  userClaim: `${NAME}project-id`,
  required: [`${NAME}project-id`],
  facts: {
    repository: `${NAME}vcs-origin`,
    workflow: `${NAME}workflow-id`,
    job: `${NAME}job-id`,
    run: `${NAME}pipeline-id`,
    ref: `${NAME}vcs-ref`,
    actor: "sub",
  },
  words: {
    project: `${NAME}project-id`,
    repository: `${NAME}vcs-origin`,
    ref: `${NAME}vcs-ref`,
    context: `${NAME}context-ids`,
  },
};
