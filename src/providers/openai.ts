import { BORDER, bearer, either, prefixed, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const openai: Provider = {
  id: "openai",
  title: "OpenAI",
  kind: "model-api",
  website: "https://openai.com",
  docs: "https://platform.openai.com/docs/api-reference/authentication",
  credentials: [
    {
      id: "openai-api-key",
      title: "OpenAI API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.openai",
      actsFor: "machine",
      ...either(
        prefixed("sk-proj-", { alphabet: "base64url", min: 40, max: 200 }),
        prefixed("sk-None-", { alphabet: "base64url", min: 40, max: 200 }),
      ),
    },
    {
      id: "openai-service-account-key",
      title: "OpenAI service-account key",
      severity: "critical",
      cite: "https://platform.openai.com/docs/api-reference/project-service-accounts",
      actsFor: "machine",
      ...prefixed("sk-svcacct-", { alphabet: "base64url", min: 40, max: 200 }),
    },
    {
      id: "openai-admin-key",
      title: "OpenAI admin key",
      severity: "critical",
      cite: "https://platform.openai.com/docs/api-reference/admin-api-keys",
      actsFor: "machine",
      ...prefixed("sk-admin-", { alphabet: "base64url", min: 40, max: 200 }),
    },
    {
      id: "openai-user-key",
      title: "OpenAI user API key (legacy form)",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.openai",
      actsFor: "person",
      prefixes: ["sk-"],
      formats: [
        {
          pattern: `${BORDER}sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}(?![A-Za-z0-9])`,
          literals: ["T3BlbkFJ"],
          maxLength: 51,
        },
      ],
      hits: [["sk-", { random: "alnum", length: 20 }, "T3BlbkFJ", { random: "alnum", length: 20 }]],
      misses: [
        ["sk-", { random: "alnum", length: 20 }, "T3BlbkFX", { random: "alnum", length: 20 }],
        ["sk-", { random: "alnum", length: 19 }, "T3BlbkFJ", { random: "alnum", length: 20 }],
      ],
    },
  ],
  variables: { OPENAI_API_KEY: "value", OPENAI_ADMIN_KEY: "value", OPENAI_KEY: "value" },
  baseUrlVariables: ["OPENAI_BASE_URL", "OPENAI_API_BASE"],
  hosts: ["api.openai.com"],
  packages: {
    python: ["openai", "langchain_openai"],
    npm: ["openai", "@ai-sdk/openai", "@langchain/openai"],
  },
  rotate: { every: "90d", by: "api", page: "https://platform.openai.com/api-keys" },
  verify: {
    method: "GET",
    url: "https://api.openai.com/v1/models",
    headers: bearer,
    verdicts: usualVerdicts,
  },
  ciActions: ["openai/codex-action"],
};
