/** The issuers that Bulkhead knows. One line each. */
import type { Issuer } from "../types.ts";
import { azureDevops } from "./azure-devops.ts";
import { bitbucket } from "./bitbucket.ts";
import { buildkite } from "./buildkite.ts";
import { circleci } from "./circleci.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { kubernetes } from "./kubernetes.ts";

export const issuers: readonly Issuer[] = [
  github,
  gitlab,
  circleci,
  buildkite,
  bitbucket,
  azureDevops,
  kubernetes,
];

export const issuerById = (id: string): Issuer | undefined => issuers.find((issuer) => issuer.id === id);

/** By a token's or a configuration's `iss`. */
export const issuerOf = (iss: string): Issuer | undefined => issuers.find((issuer) => issuer.recognizes(iss));
