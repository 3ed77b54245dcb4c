import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const recraft: Provider = {
  id: "recraft",
  title: "Recraft",
  kind: "model-api",
  website: "https://www.recraft.ai",
  docs: "https://www.recraft.ai/docs",
  credentials: [
    {
      id: "recraft-api-key",
      title: "Recraft API key",
      severity: "medium",
      cite: "https://docs.litellm.ai/docs/providers/recraft",
      actsFor: "machine",
      ...opaque(["recraft_api_key", "recraft_api_token"]),
    },
  ],
  variables: { RECRAFT_API_KEY: "value", RECRAFT_API_TOKEN: "value" },
  hosts: ["external.api.recraft.ai"],
  packages: {},
  rotate: { by: "person", page: "https://www.recraft.ai/docs" },
};
