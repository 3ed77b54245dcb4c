import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const promptlayer: Provider = {
  id: "promptlayer",
  title: "PromptLayer",
  kind: "observability",
  website: "https://www.promptlayer.com",
  docs: "https://docs.promptlayer.com",
  credentials: [
    {
      id: "promptlayer-api-key",
      title: "PromptLayer API key",
      severity: "high",
      cite: "https://docs.promptlayer.com/quickstart",
      actsFor: "machine",
      ...named(["promptlayer_api_key", "prompt_layer_api_key"], ["pl_", { alphabet: "hex", min: 32 }]),
    },
  ],
  variables: { PROMPTLAYER_API_KEY: "value" },
  hosts: ["api.promptlayer.com"],
  packages: { python: ["promptlayer"], npm: ["promptlayer"] },
  rotate: { by: "person", page: "https://dashboard.promptlayer.com/settings" },
};
