import { bearer, prefixed, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const openrouter: Provider = {
  id: "openrouter",
  title: "OpenRouter",
  kind: "model-api",
  website: "https://openrouter.ai",
  docs: "https://openrouter.ai/docs/api-reference/authentication",
  credentials: [
    {
      id: "openrouter-api-key",
      title: "OpenRouter API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.openrouter",
      actsFor: "machine",
      ...prefixed("sk-or-v1-", { alphabet: "hex", min: 64 }),
    },
  ],
  variables: { OPENROUTER_API_KEY: "value" },
  hosts: ["openrouter.ai"],
  packages: { python: ["openrouter"], npm: ["@openrouter/ai-sdk-provider", "@openrouter/sdk"] },
  rotate: {
    by: "api",
    page: "https://openrouter.ai/settings/keys",
    calls: [
      {
        title: "API key",
        base: "https://openrouter.ai/api/v1",
        headers: { Authorization: "Bearer {minter.value}" },
        mint: {
          method: "POST",
          path: "/keys",
          body: { name: "{name}" },
          parts: { value: "key" },
          id: "data.hash",
        },
        like: {
          method: "GET",
          path: "/keys/{old_id}",
          copy: { limit: "data.limit", limit_reset: "data.limit_reset" },
        },
        revoke: { method: "DELETE", path: "/keys/{id}" },
        list: { method: "GET", path: "/keys", items: "data", id: "hash", name: "name", hint: "label" },
        cite: "https://openrouter.ai/docs/features/provisioning-api-keys",
      },
    ],
  },
  verify: {
    method: "GET",
    url: "https://openrouter.ai/api/v1/key",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
