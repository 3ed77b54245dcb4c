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
  rotate: { by: "api", page: "https://openrouter.ai/settings/keys" },
  verify: {
    method: "GET",
    url: "https://openrouter.ai/api/v1/key",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
