import { BORDER, STRICT_BORDER, bearer, prefixed, usualVerdicts } from "./format.ts";
import type { Shape } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

/** The old form with its checksum, or a longer one of any length. */
const appToken = (prefix: string): Shape => ({
  prefixes: [prefix],
  formats: [
    {
      pattern: `${BORDER}${prefix}[A-Za-z0-9]{36}(?![A-Za-z0-9_.\\-])`,
      literals: [prefix],
      maxLength: 40,
      check: "crc32-base62",
    },
    {
      pattern: `${STRICT_BORDER}${prefix}(?![A-Za-z0-9]{36}(?![A-Za-z0-9_.\\-]))[A-Za-z0-9_.\\-]{37,1200}(?![A-Za-z0-9_\\-])`,
      literals: [prefix],
      maxLength: 1204,
    },
  ],
  hits: [
    [prefix, { random: "alnum", length: 30 }, { checksum: "crc32-base62" }],
    [prefix, { random: "base64url", length: 320 }],
  ],
  misses: [[prefix, { random: "alnum", length: 30 }]],
});

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
      title: "GitHub personal access token (classic)",
      severity: "critical",
      actsFor: "person",
      cite: "https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/",
      ...prefixed("ghp_", { alphabet: "alnum", min: 36 }, { check: "crc32-base62" }),
    },
    {
      id: "github-oauth-token",
      title: "GitHub OAuth token",
      severity: "critical",
      actsFor: "person",
      cite: "https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/",
      ...prefixed("gho_", { alphabet: "alnum", min: 36 }, { check: "crc32-base62" }),
    },
    {
      id: "github-fine-grained-token",
      title: "GitHub fine-grained personal access token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(5913),
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
      title: "GitHub App installation token",
      severity: "high",
      actsFor: "machine",
      cite: "https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/",
      ...appToken("ghs_"),
    },
    {
      id: "github-app-user-token",
      title: "GitHub App user token",
      severity: "high",
      actsFor: "person",
      cite: "https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/",
      ...appToken("ghu_"),
    },
    {
      id: "github-refresh-token",
      title: "GitHub App refresh token",
      severity: "high",
      actsFor: "person",
      cite: "https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/",
      ...appToken("ghr_"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_secret", secret: true },
    { name: "app_private_key", secret: true },
    { name: "app_id", secret: false },
  ],
  variables: {
    GITHUB_APP_PRIVATE_KEY: "app_private_key",
    GITHUB_APP_ID: "app_id",
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
  scopes: {
    method: "GET",
    url: "https://api.github.com/rate_limit",
    headers: bearer,
    cite: "https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps",
    scopes: [{ header: "x-oauth-scopes" }],
    rights: {
      repo: ["read", "write"],
      public_repo: ["read", "write"],
      "repo:status": ["write"],
      repo_deployment: ["deploy"],
      "repo:invite": ["admin"],
      workflow: ["write", "deploy"],
      "write:packages": ["publish"],
      "delete:packages": ["delete"],
      delete_repo: ["delete"],
      user: ["write"],
      gist: ["write"],
      "manage_runners:org": ["admin"],
      "manage_runners:enterprise": ["admin"],
      project: ["write"],
    },
  },
};
