import { BORDER, prefixed, usualVerdicts } from "./format.ts";
import type { CredentialType, Provider } from "./types.ts";

const langsmithKey: Pick<CredentialType, "formats" | "hits" | "misses" | "prefixes"> = {
  prefixes: ["lsv2_pt_", "lsv2_sk_"],
  formats: [
    {
      pattern: `${BORDER}lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}(?![A-Za-z0-9])`,
      literals: ["lsv2_"],
      maxLength: 51,
    },
  ],
  hits: [
    ["lsv2_pt_", { random: "hex", length: 32 }, "_", { random: "hex", length: 10 }],
    ["lsv2_sk_", { random: "hex", length: 32 }, "_", { random: "hex", length: 10 }],
  ],
  misses: [["lsv2_pt_", { random: "hex", length: 32 }, "_", { random: "hex", length: 9 }]],
};

export const langsmith: Provider = {
  id: "langsmith",
  title: "LangSmith",
  kind: "observability",
  website: "https://www.langchain.com/langsmith",
  docs: "https://docs.smith.langchain.com",
  credentials: [
    {
      id: "langsmith-api-key",
      title: "LangSmith API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.langchain",
      actsFor: "machine",
      ...langsmithKey,
    },
    {
      id: "langsmith-legacy-key",
      title: "LangSmith API key (before 2024)",
      severity: "high",
      cite: "https://pypi.org/project/detect-llm-api-keys/",
      actsFor: "machine",
      ...prefixed("ls__", { alphabet: "alnum", min: 32 }),
    },
  ],
  variables: { LANGSMITH_API_KEY: "value", LANGCHAIN_API_KEY: "value" },
  baseUrlVariables: ["LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT"],
  hosts: ["api.smith.langchain.com", "eu.api.smith.langchain.com"],
  packages: { python: ["langsmith"], npm: ["langsmith"] },
  rotate: {
    by: "api",
    page: "https://smith.langchain.com/settings",
    calls: [
      {
        title: "service key",
        prefixes: ["lsv2_sk_"],
        base: "https://api.smith.langchain.com",
        headers: { "X-Api-Key": "{minter.value}" },
        self: true,
        mint: {
          method: "POST",
          path: "/api/v1/orgs/current/service-keys",
          body: { description: "{name}" },
          parts: { value: "key" },
          id: "id",
        },
        revoke: { method: "DELETE", path: "/api/v1/orgs/current/service-keys/{id}" },
        list: {
          method: "GET",
          path: "/api/v1/orgs/current/service-keys",
          items: "",
          id: "id",
          name: "description",
          hint: "short_key",
        },
        cite: "https://api.smith.langchain.com/redoc",
      },
    ],
  },
  verify: {
    method: "GET",
    url: "https://api.smith.langchain.com/api/v1/sessions?limit=1",
    headers: { "x-api-key": "{value}" },
    verdicts: usualVerdicts,
  },
};
