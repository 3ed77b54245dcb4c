import { STRICT_BORDER, usualVerdicts } from "./format.ts";
import type { CredentialType, Provider } from "./types.ts";

const prefixes = [
  "glpat-",
  "gldt-",
  "glrt-",
  "glcbt-",
  "glptt-",
  "glft-",
  "glimt-",
  "glagent-",
  "gloas-",
  "glsoat-",
];
const gitlabToken: Pick<CredentialType, "formats" | "hits" | "misses" | "prefixes"> = {
  prefixes,
  formats: [
    {
      // Routable tokens end in a dotted tail (length and checksum).
      pattern: `${STRICT_BORDER}(?:${prefixes.join("|")})[A-Za-z0-9_\\-]{20,300}(?:\\.[0-9a-z]{2}\\.?[0-9a-z]{7,9})?(?![A-Za-z0-9_\\-])`,
      literals: prefixes,
      maxLength: 330,
    },
  ],
  hits: [
    ["glpat-", { random: "base64url", length: 20 }],
    ["gldt-", { random: "base64url", length: 20 }],
    ["glpat-", { random: "base64url", length: 27 }, ".01.", { random: "lower", length: 9 }],
  ],
  misses: [
    ["glpat-", { random: "base64url", length: 19 }],
    ["xglpat-", { random: "base64url", length: 20 }],
  ],
};

export const gitlab: Provider = {
  id: "gitlab",
  title: "GitLab",
  kind: "source-control",
  website: "https://gitlab.com",
  docs: "https://docs.gitlab.com/security/tokens/",
  credentials: [
    {
      id: "gitlab-token",
      title: "GitLab token",
      severity: "critical",
      actsFor: "person",
      ...gitlabToken,
    },
  ],
  variables: {
    GITLAB_TOKEN: "value",
    GITLAB_PRIVATE_TOKEN: "value",
    GL_TOKEN: "value",
    CI_JOB_TOKEN: "value",
  },
  hosts: ["gitlab.com"],
  packages: { python: ["gitlab", "python-gitlab"], npm: ["@gitbeaker/rest", "@gitbeaker/node"] },
  rotate: { by: "api", page: "https://gitlab.com/-/user_settings/personal_access_tokens" },
  verify: {
    method: "GET",
    url: "https://gitlab.com/api/v4/personal_access_tokens/self",
    headers: { "PRIVATE-TOKEN": "{value}" },
    verdicts: usualVerdicts,
  },
};
