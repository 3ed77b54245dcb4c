import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const brave: Provider = {
  id: "brave",
  title: "Brave Search",
  kind: "generic",
  website: "https://brave.com/search/api/",
  docs: "https://api-dashboard.search.brave.com/app/documentation",
  credentials: [
    {
      id: "brave-search-key",
      title: "Brave Search API key",
      severity: "medium",
      actsFor: "machine",
      cite: betterleaks(1394),
      ...layout("BSA{base64url 28}"),
    },
  ],
  variables: { BRAVE_API_KEY: "value", BRAVE_SEARCH_API_KEY: "value" },
  hosts: ["api.search.brave.com"],
  packages: { python: ["brave-search"], npm: ["@modelcontextprotocol/server-brave-search"] },
  rotate: { by: "person", page: "https://api-dashboard.search.brave.com/app/keys" },
};
