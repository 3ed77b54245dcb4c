import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const airbyte: Provider = {
  id: "airbyte",
  title: "Airbyte",
  kind: "training-data",
  website: "https://airbyte.com",
  docs: "https://reference.airbyte.com/reference/authentication",
  credentials: [
    {
      id: "airbyte-client-secret",
      title: "Airbyte client secret",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/airbyte.yml",
      actsFor: "machine",
      ...opaque(["airbyte_client_secret", "airbyte_api_key", "airbyte_cloud_client_secret"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: { AIRBYTE_CLIENT_SECRET: "value", AIRBYTE_API_KEY: "value", AIRBYTE_CLIENT_ID: "client_id" },
  hosts: ["api.airbyte.com", "cloud.airbyte.com"],
  packages: { python: ["airbyte", "airbyte-api", "langchain_airbyte"] },
  rotate: { by: "person", page: "https://cloud.airbyte.com/settings/application" },
};
