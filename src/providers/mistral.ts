import { bearer, beside, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const mistral: Provider = {
  id: "mistral",
  title: "Mistral",
  kind: "model-api",
  website: "https://mistral.ai",
  docs: "https://docs.mistral.ai/api",
  credentials: [
    {
      id: "mistral-api-key",
      title: "Mistral API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.mistral",
      actsFor: "machine",
      ...beside(["mistral"], { alphabet: "alnum", min: 32 }),
    },
  ],
  variables: { MISTRAL_API_KEY: "value" },
  baseUrlVariables: ["MISTRAL_BASE_URL"],
  hosts: ["api.mistral.ai"],
  packages: {
    python: ["mistralai", "langchain_mistralai"],
    npm: ["@mistralai/mistralai", "@ai-sdk/mistral"],
  },
  rotate: { by: "person", page: "https://console.mistral.ai/api-keys" },
  verify: {
    method: "GET",
    url: "https://api.mistral.ai/v1/models",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
