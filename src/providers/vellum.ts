import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const vellum: Provider = {
  id: "vellum",
  title: "Vellum",
  kind: "observability",
  website: "https://www.vellum.ai",
  docs: "https://docs.vellum.ai",
  credentials: [
    {
      id: "vellum-api-key",
      title: "Vellum API key",
      severity: "high",
      cite: "https://docs.vellum.ai",
      actsFor: "machine",
      ...opaque(["vellum_api_key"]),
    },
  ],
  variables: { VELLUM_API_KEY: "value" },
  hosts: ["api.vellum.ai", "predict.vellum.ai"],
  packages: { python: ["vellum", "vellum-ai"], npm: ["vellum-ai"] },
  rotate: { by: "person", page: "https://app.vellum.ai/api-keys" },
};
