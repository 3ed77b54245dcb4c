import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const dify: Provider = {
  id: "dify",
  title: "Dify",
  kind: "model-api",
  website: "https://dify.ai",
  docs: "https://docs.dify.ai",
  credentials: [
    {
      id: "dify-app-key",
      title: "Dify app API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.dify",
      actsFor: "machine",
      ...named(
        ["dify_api_key", "dify_app_api_key", "dify_app_key", "dify_key"],
        ["app-", { alphabet: "alnum", min: 24 }],
      ),
    },
    {
      id: "dify-dataset-key",
      title: "Dify knowledge API key",
      severity: "high",
      cite: "https://docs.dify.ai/en/guides/knowledge-base/knowledge-and-documents-maintenance/maintain-dataset-via-api",
      actsFor: "machine",
      ...named(
        ["dify_dataset_api_key", "dify_knowledge_api_key", "dify_dataset_key"],
        ["dataset-", { alphabet: "alnum", min: 24 }],
      ),
    },
  ],
  variables: { DIFY_API_KEY: "value", DIFY_DATASET_API_KEY: "value" },
  hosts: ["api.dify.ai"],
  packages: { python: ["dify_client"], npm: ["dify-client"] },
  rotate: { by: "person", page: "https://cloud.dify.ai/apps" },
};
