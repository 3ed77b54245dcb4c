import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const ragie: Provider = {
  id: "ragie",
  title: "Ragie",
  kind: "model-api",
  website: "https://www.ragie.ai",
  docs: "https://docs.ragie.ai",
  credentials: [
    {
      id: "ragie-api-key",
      title: "Ragie API key",
      severity: "high",
      cite: "https://docs.ragie.ai/docs/getting-started",
      actsFor: "machine",
      ...sequence([
        "tnt_",
        { alphabet: "base64url", min: 11 },
        "_",
        { alphabet: "base64url", min: 40, max: 52 },
      ]),
    },
  ],
  variables: { RAGIE_API_KEY: "value" },
  hosts: ["api.ragie.ai"],
  packages: { python: ["ragie"], npm: ["ragie"] },
  rotate: { by: "person", page: "https://secure.ragie.ai/api-keys" },
};
