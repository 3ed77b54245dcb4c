import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const gooseai: Provider = {
  id: "gooseai",
  title: "GooseAI",
  kind: "model-api",
  website: "https://goose.ai",
  docs: "https://goose.ai/docs/authentication",
  credentials: [
    {
      id: "gooseai-api-key",
      title: "GooseAI API key",
      severity: "high",
      cite: "https://goose.ai/docs/authentication",
      actsFor: "machine",
      ...opaque(["gooseai_api_key", "goose_ai_api_key"]),
    },
  ],
  variables: { GOOSEAI_API_KEY: "value" },
  hosts: ["api.goose.ai"],
  packages: {},
  rotate: { by: "person", page: "https://goose.ai/docs/authentication" },
};
