/**
 * Azure DevOps. The token names the service connection and nothing of the run: what may use the connection (branch control, approvals)
 * is set there. https://learn.microsoft.com/azure/devops/pipelines/library/connect-to-azure
 */
import type { Issuer, Pattern, Reading, SubjectPart } from "../types.ts";

/** `sc://organization/project/connection`; the issuer in Entra writes `/sc/organization-id/connection-id` behind a prefix. */
const CONNECTION = [/^sc:\/\/[^/]+\/[^/]+\/[^/]+$/, /\/sc\/[0-9a-f-]{36}\/[0-9a-f-]{36}$/i];

function connection({ text, fixed, open }: Pattern): Reading {
  if (!open) return { pins: CONNECTION.some((form) => form.test(text)) ? ["repository"] : [] };
  const depth = fixed.replace(/^sc:\/\//, "").split("/").length;
  const why = `\`${text}\` takes every service connection that matches`;
  return { pins: [], opens: [{ kind: depth > 1 ? "repository" : "organization", why }] };
}

export const azureDevops: Issuer = {
  id: "azure-devops",
  title: "Azure DevOps",
  issuer: null,
  recognizes: (issuer) => /^https:\/\/vstoken\.dev\.azure\.com\/[0-9a-f-]{36}$/i.test(issuer),
  claims: { sub: { read: connection, description: "the service connection" } },
  subject: (pattern): readonly SubjectPart[] => [{ claim: "sub", pattern }],
  buildSubject: ({ organization, project, connection: name }) =>
    organization === undefined || project === undefined || name === undefined
      ? null
      : `sc://${organization}/${project}/${name}`,
  needs: [
    {
      dimension: "repository",
      kind: "repository",
      claim: "sub",
      example: "sc://ORGANIZATION/PROJECT/CONNECTION",
      word: "subject",
      without: "any service connection of any project gets in",
    },
  ],
  audience: "api://AzureADTokenExchange",
  userClaim: "sub",
  required: ["sub"],
  facts: { repository: "sub" },
  words: { subject: "sub" },
};
