import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const confidentAi: Provider = {
  id: "confident-ai",
  title: "Confident AI",
  kind: "observability",
  website: "https://www.confident-ai.com",
  docs: "https://www.confident-ai.com/docs",
  aliases: ["deepeval"],
  credentials: [
    {
      id: "confident-ai-api-key",
      title: "Confident AI API key",
      severity: "high",
      cite: "https://www.confident-ai.com/docs",
      actsFor: "machine",
      ...opaque(["confident_api_key", "deepeval_api_key"]),
    },
  ],
  variables: { CONFIDENT_API_KEY: "value" },
  hosts: ["api.confident-ai.com"],
  packages: { python: ["deepeval"], npm: ["deepeval"] },
  rotate: { by: "person", page: "https://app.confident-ai.com" },
};
