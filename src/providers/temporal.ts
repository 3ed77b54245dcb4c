import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const temporal: Provider = {
  id: "temporal",
  title: "Temporal Cloud",
  kind: "generic",
  website: "https://temporal.io",
  docs: "https://docs.temporal.io/cloud/api-keys",
  credentials: [
    {
      id: "temporal-api-key",
      title: "Temporal Cloud API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.temporal",
      actsFor: "machine",
      ...opaque(["temporal_api_key", "temporal_cloud_api_key"]),
    },
  ],
  variables: { TEMPORAL_API_KEY: "value", TEMPORAL_CLOUD_API_KEY: "value" },
  hosts: ["saas-api.tmprl.cloud", "*.tmprl.cloud"],
  packages: { python: ["temporalio"], npm: ["@temporalio/client", "@temporalio/worker"] },
  rotate: { by: "api", page: "https://cloud.temporal.io/settings/api-keys" },
};
