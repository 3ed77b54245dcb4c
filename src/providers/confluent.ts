import { named, sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const confluent: Provider = {
  id: "confluent",
  title: "Confluent Cloud",
  kind: "generic",
  website: "https://www.confluent.io",
  docs: "https://docs.confluent.io/cloud/current/security/authenticate/workload-identities/service-accounts/api-keys/overview.html",
  aliases: ["kafka"],
  credentials: [
    {
      id: "confluent-api-secret",
      title: "Confluent Cloud API secret",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.confluent",
      actsFor: "machine",
      ...named(
        [
          "confluent_cloud_api_secret",
          "confluent_api_secret",
          "kafka_api_secret",
          "schema_registry_api_secret",
          "confluent_secret",
          "ccloud_api_secret",
        ],
        { alphabet: "base64", min: 64 },
      ),
    },
    {
      id: "confluent-checked-secret",
      title: "Confluent Cloud API secret (newer form)",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.confluent",
      actsFor: "machine",
      ...sequence(["cflt", { alphabet: "base64", min: 60 }]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "api_key", secret: false },
  ],
  variables: {
    CONFLUENT_CLOUD_API_SECRET: "value",
    KAFKA_API_SECRET: "value",
    SCHEMA_REGISTRY_API_SECRET: "value",
    CONFLUENT_CLOUD_API_KEY: "api_key",
    KAFKA_API_KEY: "api_key",
    SCHEMA_REGISTRY_API_KEY: "api_key",
  },
  hosts: ["api.confluent.cloud", "*.confluent.cloud"],
  packages: { python: ["confluent_kafka"], npm: ["@confluentinc/kafka-javascript"] },
  rotate: { by: "api", page: "https://confluent.cloud/settings/api-keys" },
};
