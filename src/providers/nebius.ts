import { opaque, sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const nebius: Provider = {
  id: "nebius",
  title: "Nebius",
  kind: "model-api",
  website: "https://nebius.com",
  docs: "https://docs.tokenfactory.nebius.com",
  credentials: [
    {
      id: "nebius-static-key",
      title: "Nebius static key",
      severity: "critical",
      cite: "https://docs.litellm.ai/docs/providers/nebius",
      actsFor: "machine",
      ...sequence(["v1.CmMKHHN0YXRpY2tleS1", { alphabet: "base64url", min: 60, max: 400 }]),
    },
    {
      id: "nebius-api-key",
      title: "Nebius API key",
      severity: "critical",
      cite: "https://docs.litellm.ai/docs/providers/nebius",
      actsFor: "machine",
      ...opaque(["nebius_api_key", "nebius_key"]),
    },
  ],
  variables: { NEBIUS_API_KEY: "value" },
  hosts: ["api.studio.nebius.com", "api.tokenfactory.nebius.com"],
  packages: { python: ["nebius"], npm: [] },
  rotate: { by: "person", page: "https://tokenfactory.nebius.com" },
};
