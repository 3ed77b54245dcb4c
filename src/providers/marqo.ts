import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const marqo: Provider = {
  id: "marqo",
  title: "Marqo",
  kind: "vector-database",
  website: "https://www.marqo.ai",
  docs: "https://docs.marqo.ai",
  credentials: [
    {
      id: "marqo-api-key",
      title: "Marqo Cloud API key",
      severity: "high",
      cite: "https://docs.marqo.ai",
      actsFor: "machine",
      ...opaque(["marqo_api_key", "marqo_cloud_api_key"]),
    },
  ],
  variables: { MARQO_API_KEY: "value" },
  hosts: ["api.marqo.ai"],
  packages: { python: ["marqo"] },
  rotate: { by: "person", page: "https://docs.marqo.ai" },
};
