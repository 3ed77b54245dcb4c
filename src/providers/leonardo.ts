import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const leonardo: Provider = {
  id: "leonardo",
  title: "Leonardo.Ai",
  kind: "model-api",
  website: "https://leonardo.ai",
  docs: "https://docs.leonardo.ai",
  credentials: [
    {
      id: "leonardo-api-key",
      title: "Leonardo.Ai API key",
      severity: "high",
      cite: "https://docs.leonardo.ai/docs/create-your-api-key",
      actsFor: "machine",
      ...opaque(["leonardo_api_key", "leonardo_ai_api_key"]),
    },
  ],
  variables: { LEONARDO_API_KEY: "value" },
  hosts: ["cloud.leonardo.ai"],
  packages: { python: ["leonardo-ai-sdk"], npm: ["@leonardo-ai/sdk"] },
  rotate: { by: "person", page: "https://app.leonardo.ai/api-access" },
};
