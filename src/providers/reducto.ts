import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const reducto: Provider = {
  id: "reducto",
  title: "Reducto",
  kind: "model-api",
  website: "https://reducto.ai",
  docs: "https://docs.reducto.ai",
  credentials: [
    {
      id: "reducto-api-key",
      title: "Reducto API key",
      severity: "high",
      cite: "https://docs.reducto.ai",
      actsFor: "machine",
      ...opaque(["reducto_api_key"]),
    },
  ],
  variables: { REDUCTO_API_KEY: "value" },
  hosts: ["platform.reducto.ai"],
  packages: { python: ["reductoai"], npm: ["reductoai"] },
  rotate: { by: "person", page: "https://studio.reducto.ai" },
};
