import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const tavily: Provider = {
  id: "tavily",
  title: "Tavily",
  kind: "model-api",
  website: "https://tavily.com",
  docs: "https://docs.tavily.com/documentation/api-reference/introduction",
  credentials: [
    {
      id: "tavily-api-key",
      title: "Tavily API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.tavily",
      actsFor: "machine",
      ...prefixed(["tvly-dev-", "tvly-prod-", "tvly-"], { alphabet: "alnum", min: 32 }),
    },
  ],
  variables: { TAVILY_API_KEY: "value" },
  hosts: ["api.tavily.com"],
  packages: { python: ["tavily", "tavily-python", "langchain_tavily"], npm: ["@tavily/core"] },
  rotate: { by: "person", page: "https://app.tavily.com" },
};
