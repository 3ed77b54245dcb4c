import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const patronus: Provider = {
  id: "patronus",
  title: "Patronus AI",
  kind: "observability",
  website: "https://www.patronus.ai",
  docs: "https://docs.patronus.ai",
  credentials: [
    {
      id: "patronus-api-key",
      title: "Patronus AI API key",
      severity: "high",
      cite: "https://docs.patronus.ai/docs/quickstart",
      actsFor: "machine",
      ...opaque(["patronus_api_key"]),
    },
  ],
  variables: { PATRONUS_API_KEY: "value" },
  hosts: ["api.patronus.ai"],
  packages: { python: ["patronus"], npm: ["patronus-api"] },
  rotate: { by: "person", page: "https://app.patronus.ai" },
};
