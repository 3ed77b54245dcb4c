import { named, sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const elastic: Provider = {
  id: "elastic",
  title: "Elastic",
  kind: "vector-database",
  website: "https://www.elastic.co",
  docs: "https://www.elastic.co/docs/deploy-manage/api-keys",
  aliases: ["elasticsearch"],
  credentials: [
    {
      id: "elastic-serverless-key",
      title: "Elastic Cloud API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/elastic.yml",
      actsFor: "machine",
      ...sequence(["essu_", { alphabet: "base64", min: 80, max: 100 }]),
    },
    {
      id: "elastic-api-key",
      title: "Elasticsearch API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/elastic.yml",
      actsFor: "machine",
      ...named(
        ["elastic_api_key", "elasticsearch_api_key", "es_api_key", "elastic_cloud_api_key", "ec_api_key"],
        { alphabet: "base64", min: 56, max: 100 },
      ),
    },
  ],
  variables: { ELASTIC_API_KEY: "value", ELASTICSEARCH_API_KEY: "value", EC_API_KEY: "value" },
  hosts: ["api.elastic-cloud.com", "*.es.io"],
  packages: { python: ["elasticsearch", "langchain_elasticsearch"], npm: ["@elastic/elasticsearch"] },
  rotate: { by: "api", page: "https://cloud.elastic.co/account/keys" },
};
