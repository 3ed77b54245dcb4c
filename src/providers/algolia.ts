import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const algolia: Provider = {
  id: "algolia",
  title: "Algolia",
  kind: "generic",
  website: "https://www.algolia.com",
  docs: "https://www.algolia.com/doc/guides/security/api-keys/",
  credentials: [
    {
      // Search keys are made to be public, so a plain `apiKey` is left alone.
      id: "algolia-admin-key",
      title: "Algolia admin or write key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(354),
      ...named(
        [
          "algolia_admin_key",
          "algolia_admin_api_key",
          "algolia_write_key",
          "algolia_write_api_key",
          "algolia_secret",
        ],
        "{hex 32}",
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "app_id", secret: false },
  ],
  variables: {
    ALGOLIA_ADMIN_KEY: "value",
    ALGOLIA_ADMIN_API_KEY: "value",
    ALGOLIA_API_KEY: "value",
    ALGOLIA_WRITE_KEY: "value",
    ALGOLIA_APP_ID: "app_id",
    ALGOLIA_APPLICATION_ID: "app_id",
  },
  hosts: ["*.algolia.net", "*.algolianet.com"],
  packages: { python: ["algoliasearch"], npm: ["algoliasearch"] },
  rotate: { by: "person", page: "https://dashboard.algolia.com/account/api-keys" },
};
