import { BORDER, STRICT_BORDER, bearer, prefixed, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const github: Provider = {
  id: "github",
  title: "GitHub",
  kind: "source-control",
  website: "https://github.com",
  docs: "https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github",
  aliases: ["gh"],
  credentials: [
    {
      id: "github-token",
      title: "GitHub personal access token (classic) or OAuth token",
      severity: "critical",
      actsFor: "person",
      ...prefixed(["ghp_", "gho_"], { alphabet: "alnum", min: 36 }, { check: "crc32-base62" }),
    },
    {
      id: "github-fine-grained-token",
      title: "GitHub fine-grained personal access token",
      severity: "critical",
      actsFor: "person",
      prefixes: ["github_pat_"],
      formats: [
        {
          pattern: `${BORDER}github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?![A-Za-z0-9])`,
          literals: ["github_pat_"],
          maxLength: 93,
        },
      ],
      hits: [["github_pat_", { random: "alnum", length: 22 }, "_", { random: "alnum", length: 59 }]],
      misses: [["github_pat_", { random: "alnum", length: 22 }, "_", { random: "alnum", length: 58 }]],
    },
    {
      // Installation tokens grow a longer form since 2026: no length is assumed, and the checksum holds only for the old one.
      id: "github-app-token",
      title: "GitHub App token",
      severity: "high",
      actsFor: "machine",
      prefixes: ["ghs_", "ghu_", "ghr_"],
      formats: [
        {
          pattern: `${BORDER}gh[sur]_[A-Za-z0-9]{36}(?![A-Za-z0-9_.\\-])`,
          literals: ["ghs_", "ghu_", "ghr_"],
          maxLength: 40,
          check: "crc32-base62",
        },
        {
          pattern: `${STRICT_BORDER}gh[sur]_(?![A-Za-z0-9]{36}(?![A-Za-z0-9_.\\-]))[A-Za-z0-9_.\\-]{37,1200}(?![A-Za-z0-9_\\-])`,
          literals: ["ghs_", "ghu_", "ghr_"],
          maxLength: 1204,
        },
      ],
      hits: [
        ["ghs_", { random: "alnum", length: 30 }, { checksum: "crc32-base62" }],
        ["ghs_", { random: "base64url", length: 320 }],
      ],
      misses: [["ghs_", { random: "alnum", length: 30 }]],
    },
  ],
  variables: {
    GITHUB_TOKEN: "value",
    GH_TOKEN: "value",
    GITHUB_PAT: "value",
    GH_PAT: "value",
    GH_ENTERPRISE_TOKEN: "value",
  },
  hosts: ["api.github.com", "github.com"],
  packages: { python: ["github", "PyGithub"], npm: ["@octokit/rest", "octokit", "@octokit/core"] },
  rotate: { by: "person", page: "https://github.com/settings/tokens" },
  verify: {
    method: "GET",
    url: "https://api.github.com/rate_limit",
    headers: bearer,
    verdicts: usualVerdicts,
  },
  ciActions: ["actions/checkout", "actions/github-script"],
};
