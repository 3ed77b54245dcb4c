import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const resemble: Provider = {
  id: "resemble",
  title: "Resemble AI",
  kind: "model-api",
  website: "https://www.resemble.ai",
  docs: "https://docs.resemble.ai",
  credentials: [
    {
      id: "resemble-api-key",
      title: "Resemble AI API key",
      severity: "high",
      cite: "https://docs.resemble.ai",
      actsFor: "machine",
      ...opaque(["resemble_api_key", "resemble_api_token"]),
    },
  ],
  variables: { RESEMBLE_API_KEY: "value" },
  hosts: ["app.resemble.ai", "f.cluster.resemble.ai"],
  packages: { python: ["resemble"], npm: ["@resemble/node"] },
  rotate: { by: "person", page: "https://docs.resemble.ai" },
};
