import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const v0: Provider = {
  id: "v0",
  title: "v0",
  kind: "model-api",
  website: "https://v0.app",
  docs: "https://v0.app/docs/api",
  credentials: [
    {
      id: "v0-api-key",
      title: "v0 API key",
      severity: "high",
      cite: "https://docs.litellm.ai/docs/providers/v0",
      actsFor: "machine",
      ...named(["v0_api_key"], ["v1:", { alphabet: "alnum", min: 24 }, ":", { alphabet: "alnum", min: 24 }]),
    },
  ],
  variables: { V0_API_KEY: "value" },
  hosts: ["api.v0.dev"],
  packages: { npm: ["v0-sdk"] },
  rotate: { by: "person", page: "https://v0.app/chat/settings/keys" },
};
