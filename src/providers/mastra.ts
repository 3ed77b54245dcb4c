import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const mastra: Provider = {
  id: "mastra",
  title: "Mastra",
  kind: "model-api",
  website: "https://mastra.ai",
  docs: "https://mastra.ai/docs",
  credentials: [
    {
      id: "mastra-memory-key",
      title: "Mastra memory gateway key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.mastra",
      actsFor: "machine",
      ...sequence(["msk_", { alphabet: "alnum", min: 32, max: 64 }]),
    },
  ],
  variables: { MASTRA_API_KEY: "value" },
  hosts: ["api.mastra.cloud"],
  packages: { npm: ["mastra", "@mastra/core"] },
  rotate: { by: "person", page: "https://mastra.ai/docs" },
};
