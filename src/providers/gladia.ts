import { UUID, named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const gladia: Provider = {
  id: "gladia",
  title: "Gladia",
  kind: "model-api",
  website: "https://www.gladia.io",
  docs: "https://docs.gladia.io",
  credentials: [
    {
      id: "gladia-api-key",
      title: "Gladia API key",
      severity: "high",
      cite: "https://docs.gladia.io",
      actsFor: "machine",
      ...named(["gladia_api_key", "gladia_key"], UUID),
    },
  ],
  variables: { GLADIA_API_KEY: "value" },
  hosts: ["api.gladia.io"],
  packages: { npm: ["@ai-sdk/gladia"] },
  rotate: { by: "person", page: "https://app.gladia.io/apikeys" },
};
