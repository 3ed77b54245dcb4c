import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const morph: Provider = {
  id: "morph",
  title: "Morph",
  kind: "model-api",
  website: "https://morphllm.com",
  docs: "https://docs.morphllm.com",
  credentials: [
    {
      id: "morph-api-key",
      title: "Morph API key",
      severity: "high",
      cite: "https://docs.litellm.ai/docs/providers/morph",
      actsFor: "machine",
      ...opaque(["morph_api_key", "morphllm_api_key"]),
    },
  ],
  variables: { MORPH_API_KEY: "value" },
  hosts: ["api.morphllm.com"],
  packages: {},
  rotate: { by: "person", page: "https://docs.morphllm.com" },
};
