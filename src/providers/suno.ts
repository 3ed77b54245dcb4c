import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const suno: Provider = {
  id: "suno",
  title: "Suno API",
  kind: "model-api",
  website: "https://sunoapi.org",
  docs: "https://docs.sunoapi.org",
  credentials: [
    {
      id: "suno-api-key",
      title: "Suno API key",
      severity: "medium",
      cite: "https://docs.sunoapi.org",
      actsFor: "machine",
      ...opaque(["suno_api_key", "sunoapi_key"]),
    },
  ],
  variables: { SUNO_API_KEY: "value" },
  hosts: ["api.sunoapi.org"],
  packages: {},
  rotate: { by: "person", page: "https://docs.sunoapi.org" },
};
