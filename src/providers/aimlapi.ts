import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const aimlapi: Provider = {
  id: "aimlapi",
  title: "AI/ML API",
  kind: "model-api",
  website: "https://aimlapi.com",
  docs: "https://docs.aimlapi.com",
  credentials: [
    {
      id: "aimlapi-api-key",
      title: "AI/ML API API key",
      severity: "high",
      cite: "https://docs.litellm.ai/docs/providers/aiml",
      actsFor: "machine",
      ...named(["aiml_api_key", "aimlapi_api_key", "aimlapi_key"], { alphabet: "hex", min: 32 }),
    },
  ],
  variables: { AIML_API_KEY: "value" },
  hosts: ["api.aimlapi.com"],
  packages: {},
  rotate: { by: "person", page: "https://docs.aimlapi.com" },
};
