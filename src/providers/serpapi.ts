import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const serpapi: Provider = {
  id: "serpapi",
  title: "SerpApi",
  kind: "generic",
  website: "https://serpapi.com",
  docs: "https://serpapi.com/search-api",
  credentials: [
    {
      id: "serpapi-api-key",
      title: "SerpApi API key",
      severity: "medium",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.serpapi",
      actsFor: "machine",
      ...named(["serpapi_api_key", "serp_api_key", "serpapi_key"], { alphabet: "hex", min: 64 }),
    },
  ],
  variables: { SERPAPI_API_KEY: "value", SERP_API_KEY: "value", SERPAPI_KEY: "value" },
  hosts: ["serpapi.com"],
  packages: {
    python: ["serpapi", "google-search-results"],
    npm: ["serpapi", "google-search-results-nodejs"],
  },
  rotate: { by: "person", page: "https://serpapi.com/manage-api-key" },
};
