import { prefixed, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const anthropic: Provider = {
  id: "anthropic",
  title: "Anthropic",
  kind: "model-api",
  website: "https://www.anthropic.com",
  docs: "https://docs.anthropic.com/en/api/overview",
  aliases: ["claude"],
  credentials: [
    {
      id: "anthropic-api-key",
      title: "Anthropic API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.anthropic",
      actsFor: "machine",
      ...prefixed("sk-ant-api03-", { alphabet: "base64url", min: 80, max: 120 }),
    },
    {
      id: "anthropic-admin-key",
      title: "Anthropic admin key",
      severity: "critical",
      cite: "https://docs.anthropic.com/en/api/administration-api",
      actsFor: "machine",
      ...prefixed("sk-ant-admin01-", { alphabet: "base64url", min: 80, max: 120 }),
    },
    {
      id: "anthropic-oauth-token",
      title: "Anthropic OAuth token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.anthropic",
      actsFor: "person",
      ...prefixed(["sk-ant-oat01-", "sk-ant-ort01-"], { alphabet: "base64url", min: 80, max: 120 }),
    },
  ],
  variables: { ANTHROPIC_API_KEY: "value", ANTHROPIC_AUTH_TOKEN: "value", CLAUDE_CODE_OAUTH_TOKEN: "value" },
  baseUrlVariables: ["ANTHROPIC_BASE_URL"],
  hosts: ["api.anthropic.com"],
  packages: {
    python: ["anthropic", "langchain_anthropic"],
    npm: ["@anthropic-ai/sdk", "@ai-sdk/anthropic", "@langchain/anthropic"],
  },
  rotate: {
    every: "90d",
    by: "person",
    page: "https://console.anthropic.com/settings/keys",
    calls: [
      {
        title: "API key (made by a person, disabled by the API)",
        prefixes: ["sk-ant-api03-"],
        base: "https://api.anthropic.com/v1",
        headers: { "x-api-key": "{minter.value}", "anthropic-version": "2023-06-01" },
        revoke: { method: "POST", path: "/organizations/api_keys/{id}", body: { status: "inactive" } },
        list: {
          method: "GET",
          path: "/organizations/api_keys?limit=100",
          items: "data",
          id: "id",
          name: "name",
          hint: "partial_key_hint",
          next: { query: "after_id", at: "last_id", more: "has_more" },
        },
        cite: "https://docs.anthropic.com/en/api/admin-api/apikeys/update-api-key",
      },
    ],
  },
  verify: {
    method: "GET",
    url: "https://api.anthropic.com/v1/models",
    headers: { "x-api-key": "{value}", "anthropic-version": "2023-06-01" },
    verdicts: usualVerdicts,
  },
  ciActions: ["anthropics/claude-code-action"],
};
