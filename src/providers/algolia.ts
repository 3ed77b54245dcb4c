import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const algolia: Provider = {
  id: "algolia",
  title: "Algolia",
  kind: "generic",
  website: "https://www.algolia.com",
  docs: "https://www.algolia.com/doc/guides/security/api-keys/",
  credentials: [
    {
      id: "algolia-admin-key",
      title: "Algolia admin API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/algolia.yml",
      actsFor: "machine",
      ...named(
        ["algolia_admin_key", "algolia_admin_api_key", "algolia_write_api_key", "algolia_secret_key"],
        { alphabet: "hex", min: 32 },
      ),
    },
    {
      id: "algolia-api-key",
      title: "Algolia API key (whose rights the name does not tell)",
      severity: "medium",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/algolia.yml",
      actsFor: "machine",
      ...named(["algolia_api_key"], { alphabet: "hex", min: 32 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "app_id", secret: false },
  ],
  variables: {
    ALGOLIA_ADMIN_KEY: "value",
    ALGOLIA_API_KEY: "value",
    ALGOLIA_ADMIN_API_KEY: "value",
    ALGOLIA_APP_ID: "app_id",
  },
  hosts: ["*.algolia.net", "*.algolianet.com"],
  packages: { python: ["algoliasearch"], npm: ["algoliasearch", "@algolia/client-search"] },
  rotate: { by: "person", page: "https://dashboard.algolia.com/account/api-keys" },
};
