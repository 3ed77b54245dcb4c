import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const sambanova: Provider = {
  id: "sambanova",
  title: "SambaNova",
  kind: "model-api",
  website: "https://sambanova.ai",
  docs: "https://docs.sambanova.ai",
  credentials: [
    {
      id: "sambanova-api-key",
      title: "SambaNova API key",
      severity: "critical",
      cite: "https://docs.litellm.ai/docs/providers/sambanova",
      actsFor: "machine",
      ...opaque(["sambanova_api_key"]),
    },
  ],
  variables: { SAMBANOVA_API_KEY: "value" },
  hosts: ["api.sambanova.ai"],
  packages: { python: ["sambanova", "langchain_sambanova"], npm: ["sambanova-ai-provider"] },
  rotate: { by: "person", page: "https://cloud.sambanova.ai/apis" },
};
