import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const hume: Provider = {
  id: "hume",
  title: "Hume AI",
  kind: "model-api",
  website: "https://www.hume.ai",
  docs: "https://dev.hume.ai/docs/introduction/api-key",
  credentials: [
    {
      id: "hume-api-key",
      title: "Hume API key",
      severity: "high",
      cite: "https://dev.hume.ai/docs/introduction/api-key",
      actsFor: "machine",
      ...opaque(["hume_api_key"]),
    },
    {
      id: "hume-secret-key",
      title: "Hume secret key",
      severity: "high",
      cite: "https://dev.hume.ai/docs/introduction/api-key",
      actsFor: "machine",
      part: "secret_key",
      ...opaque(["hume_secret_key"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "secret_key", secret: true },
  ],
  variables: { HUME_API_KEY: "value", HUME_SECRET_KEY: "secret_key" },
  hosts: ["api.hume.ai"],
  packages: { python: ["hume"], npm: ["hume", "@ai-sdk/hume"] },
  rotate: { by: "person", page: "https://app.hume.ai/keys" },
};
