import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const contextualAi: Provider = {
  id: "contextual-ai",
  title: "Contextual AI",
  kind: "model-api",
  website: "https://contextual.ai",
  docs: "https://docs.contextual.ai",
  credentials: [
    {
      id: "contextual-ai-api-key",
      title: "Contextual AI API key",
      severity: "high",
      cite: "https://docs.contextual.ai/user-guides/beginner-guide",
      actsFor: "machine",
      ...named(
        ["contextual_api_key", "contextual_ai_api_key"],
        ["key-", { alphabet: "base64url", min: 40, max: 60 }],
      ),
    },
  ],
  variables: { CONTEXTUAL_API_KEY: "value", CONTEXTUAL_AI_API_KEY: "value" },
  hosts: ["api.contextual.ai"],
  packages: { python: ["contextual-client", "langchain_contextual"], npm: ["contextual-client"] },
  rotate: { by: "person", page: "https://app.contextual.ai" },
};
