import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const parea: Provider = {
  id: "parea",
  title: "Parea",
  kind: "observability",
  website: "https://www.parea.ai",
  docs: "https://docs.parea.ai",
  credentials: [
    {
      id: "parea-api-key",
      title: "Parea API key",
      severity: "medium",
      cite: "https://docs.parea.ai",
      actsFor: "machine",
      ...opaque(["parea_api_key"]),
    },
  ],
  variables: { PAREA_API_KEY: "value" },
  hosts: [],
  packages: { python: ["parea", "parea-ai"], npm: ["parea-ai"] },
  rotate: { by: "person", page: "https://docs.parea.ai" },
};
