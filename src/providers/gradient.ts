import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const gradient: Provider = {
  id: "gradient",
  title: "Gradient AI",
  kind: "model-api",
  website: "https://gradient.ai",
  docs: "https://docs.litellm.ai/docs/providers/gradient_ai",
  credentials: [
    {
      id: "gradient-api-key",
      title: "Gradient AI API key",
      severity: "high",
      cite: "https://docs.litellm.ai/docs/providers/gradient_ai",
      actsFor: "machine",
      ...opaque(["gradient_ai_api_key", "gradient_access_token"]),
    },
  ],
  variables: { GRADIENT_AI_API_KEY: "value", GRADIENT_ACCESS_TOKEN: "value" },
  hosts: [],
  packages: { python: ["gradientai"] },
  rotate: { by: "person", page: "https://docs.litellm.ai/docs/providers/gradient_ai" },
};
