import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const meilisearch: Provider = {
  id: "meilisearch",
  title: "Meilisearch",
  kind: "vector-database",
  website: "https://www.meilisearch.com",
  docs: "https://www.meilisearch.com/docs/learn/security/basic_security",
  aliases: ["meili"],
  credentials: [
    {
      id: "meilisearch-api-key",
      title: "Meilisearch API key",
      severity: "high",
      cite: "https://www.meilisearch.com/docs/learn/security/basic_security",
      actsFor: "machine",
      ...opaque([
        "meili_master_key",
        "meilisearch_master_key",
        "meilisearch_api_key",
        "meilisearch_admin_key",
      ]),
    },
  ],
  variables: { MEILI_MASTER_KEY: "value", MEILISEARCH_API_KEY: "value" },
  hosts: ["*.meilisearch.io"],
  packages: { python: ["meilisearch"], npm: ["meilisearch"] },
  rotate: { by: "person", page: "https://cloud.meilisearch.com" },
};
