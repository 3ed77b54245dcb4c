import { bearer, beside, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const cohere: Provider = {
  id: "cohere",
  title: "Cohere",
  kind: "model-api",
  website: "https://cohere.com",
  docs: "https://docs.cohere.com/reference/about",
  credentials: [
    {
      id: "cohere-api-key",
      title: "Cohere API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.cohere",
      actsFor: "machine",
      ...beside(["cohere", "co_api_key"], { alphabet: "alnum", min: 40 }),
    },
  ],
  variables: { COHERE_API_KEY: "value", CO_API_KEY: "value" },
  baseUrlVariables: ["CO_API_URL"],
  hosts: ["api.cohere.com", "api.cohere.ai"],
  packages: { python: ["cohere", "langchain_cohere"], npm: ["cohere-ai", "@ai-sdk/cohere"] },
  rotate: { by: "person", page: "https://dashboard.cohere.com/api-keys" },
  verify: {
    method: "GET",
    url: "https://api.cohere.com/v1/models?page_size=1",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
