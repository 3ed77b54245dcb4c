import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const bland: Provider = {
  id: "bland",
  title: "Bland AI",
  kind: "model-api",
  website: "https://www.bland.ai",
  docs: "https://docs.bland.ai",
  credentials: [
    {
      id: "bland-api-key",
      title: "Bland AI API key",
      severity: "high",
      cite: "https://docs.bland.ai",
      actsFor: "machine",
      ...opaque(["bland_api_key", "bland_ai_api_key"]),
    },
  ],
  variables: { BLAND_API_KEY: "value" },
  hosts: ["api.bland.ai"],
  packages: {},
  rotate: { by: "person", page: "https://app.bland.ai/dashboard/settings" },
};
