import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const relevanceAi: Provider = {
  id: "relevance-ai",
  title: "Relevance AI",
  kind: "model-api",
  website: "https://relevanceai.com",
  docs: "https://relevanceai.com/docs",
  credentials: [
    {
      id: "relevance-ai-api-key",
      title: "Relevance AI API key",
      severity: "high",
      cite: "https://relevanceai.com/docs/get-started/core-concepts/api-keys",
      actsFor: "machine",
      ...opaque(["relevance_api_key", "relevance_ai_api_key"]),
    },
  ],
  variables: { RELEVANCE_AI_API_KEY: "value" },
  hosts: [],
  packages: { python: ["relevanceai"], npm: ["@relevanceai/sdk"] },
  rotate: { by: "person", page: "https://relevanceai.com/docs" },
};
