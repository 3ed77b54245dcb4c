import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const reka: Provider = {
  id: "reka",
  title: "Reka",
  kind: "model-api",
  website: "https://reka.ai",
  docs: "https://docs.reka.ai",
  credentials: [
    {
      id: "reka-api-key",
      title: "Reka API key",
      severity: "high",
      cite: "https://docs.reka.ai/quick-start",
      actsFor: "machine",
      ...opaque(["reka_api_key"]),
    },
  ],
  variables: { REKA_API_KEY: "value" },
  hosts: ["api.reka.ai"],
  packages: { python: ["reka", "reka-api"], npm: ["reka-api"] },
  rotate: { by: "person", page: "https://platform.reka.ai/apikeys" },
};
