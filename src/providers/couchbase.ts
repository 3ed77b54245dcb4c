import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const couchbase: Provider = {
  id: "couchbase",
  title: "Couchbase Capella",
  kind: "database",
  website: "https://www.couchbase.com",
  docs: "https://docs.couchbase.com/cloud/management-api-guide/management-api-start.html",
  credentials: [
    {
      id: "couchbase-capella-key",
      title: "Capella API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/couchbase.yml",
      actsFor: "machine",
      ...named(
        [
          "capella_api_key",
          "capella_api_key_secret",
          "capella_api_secret",
          "couchbase_api_key",
          "capella_authentication_token",
        ],
        { alphabet: "base64", min: 60, max: 120 },
      ),
    },
  ],
  variables: { CAPELLA_AUTHENTICATION_TOKEN: "value", CAPELLA_API_KEY: "value" },
  hosts: ["cloudapi.cloud.couchbase.com"],
  packages: { python: ["couchbase"], npm: ["couchbase"] },
  rotate: { by: "person", page: "https://cloud.couchbase.com" },
};
