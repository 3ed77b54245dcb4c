import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const perplexity: Provider = {
  id: "perplexity",
  title: "Perplexity",
  kind: "model-api",
  website: "https://www.perplexity.ai",
  docs: "https://docs.perplexity.ai",
  credentials: [
    {
      id: "perplexity-api-key",
      title: "Perplexity API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.perplexity",
      actsFor: "machine",
      ...prefixed("pplx-", { alphabet: "alnum", min: 48 }),
    },
  ],
  variables: { PERPLEXITY_API_KEY: "value", PPLX_API_KEY: "value" },
  hosts: ["api.perplexity.ai"],
  packages: {
    python: ["perplexityai", "langchain_perplexity"],
    npm: ["@perplexity-ai/perplexity_ai", "@ai-sdk/perplexity"],
  },
  rotate: { by: "person", page: "https://www.perplexity.ai/account/api/keys" },
};
