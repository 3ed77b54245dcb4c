import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const athina: Provider = {
  id: "athina",
  title: "Athina",
  kind: "observability",
  website: "https://athina.ai",
  docs: "https://docs.athina.ai",
  credentials: [
    {
      id: "athina-api-key",
      title: "Athina API key",
      severity: "medium",
      cite: "https://docs.athina.ai",
      actsFor: "machine",
      ...opaque(["athina_api_key"]),
    },
  ],
  variables: { ATHINA_API_KEY: "value" },
  hosts: ["log.athina.ai"],
  packages: { python: ["athina", "athina-logger"] },
  rotate: { by: "person", page: "https://docs.athina.ai" },
};
