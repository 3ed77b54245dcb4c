import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const heygen: Provider = {
  id: "heygen",
  title: "HeyGen",
  kind: "model-api",
  website: "https://www.heygen.com",
  docs: "https://docs.heygen.com",
  credentials: [
    {
      id: "heygen-api-key",
      title: "HeyGen API key",
      severity: "high",
      cite: "https://docs.heygen.com/docs/quick-start",
      actsFor: "machine",
      ...opaque(["heygen_api_key"]),
    },
  ],
  variables: { HEYGEN_API_KEY: "value" },
  hosts: ["api.heygen.com"],
  packages: { npm: ["@heygen/streaming-avatar"] },
  rotate: { by: "person", page: "https://app.heygen.com/settings" },
};
