import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const braveSearch: Provider = {
  id: "brave-search",
  title: "Brave Search",
  kind: "generic",
  website: "https://brave.com/search/api/",
  docs: "https://api-dashboard.search.brave.com/app/documentation",
  credentials: [
    {
      id: "brave-search-api-key",
      title: "Brave Search API key",
      severity: "medium",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.brave",
      actsFor: "machine",
      ...named(
        ["brave_api_key", "brave_search_api_key", "brave_search_key"],
        ["BSA", { alphabet: "base64url", min: 24, max: 40 }],
      ),
    },
  ],
  variables: { BRAVE_API_KEY: "value", BRAVE_SEARCH_API_KEY: "value" },
  hosts: ["api.search.brave.com"],
  packages: {},
  rotate: { by: "person", page: "https://api-dashboard.search.brave.com/app/keys" },
};
