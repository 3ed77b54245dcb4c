import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const predibase: Provider = {
  id: "predibase",
  title: "Predibase",
  kind: "model-api",
  website: "https://predibase.com",
  docs: "https://docs.predibase.com",
  credentials: [
    {
      id: "predibase-token",
      title: "Predibase token",
      severity: "critical",
      cite: "https://docs.litellm.ai/docs/providers/predibase",
      actsFor: "machine",
      ...opaque(["predibase_api_token", "predibase_api_key"]),
    },
  ],
  variables: { PREDIBASE_API_TOKEN: "value", PREDIBASE_API_KEY: "value" },
  hosts: ["serving.app.predibase.com", "api.app.predibase.com"],
  packages: { python: ["predibase"] },
  rotate: { by: "person", page: "https://app.predibase.com/settings" },
};
