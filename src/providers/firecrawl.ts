import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const firecrawl: Provider = {
  id: "firecrawl",
  title: "Firecrawl",
  kind: "generic",
  website: "https://www.firecrawl.dev",
  docs: "https://docs.firecrawl.dev",
  credentials: [
    {
      id: "firecrawl-api-key",
      title: "Firecrawl API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/firecrawl.yml",
      actsFor: "machine",
      ...named(
        ["firecrawl_api_key", "firecrawl_key", "firecrawl_token", "fire_crawl_api_key"],
        ["fc-", { alphabet: "hex", min: 32 }],
      ),
    },
  ],
  variables: { FIRECRAWL_API_KEY: "value" },
  hosts: ["api.firecrawl.dev"],
  packages: { python: ["firecrawl", "firecrawl-py"], npm: ["@mendable/firecrawl-js"] },
  rotate: { by: "person", page: "https://www.firecrawl.dev/app/api-keys" },
};
