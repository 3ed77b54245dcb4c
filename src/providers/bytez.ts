import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const bytez: Provider = {
  id: "bytez",
  title: "Bytez",
  kind: "model-api",
  website: "https://bytez.com",
  docs: "https://docs.bytez.com",
  credentials: [
    {
      id: "bytez-api-key",
      title: "Bytez API key",
      severity: "high",
      cite: "https://docs.litellm.ai/docs/providers/bytez",
      actsFor: "machine",
      ...opaque(["bytez_api_key", "bytez_key"]),
    },
  ],
  variables: { BYTEZ_API_KEY: "value" },
  hosts: ["api.bytez.com"],
  packages: { python: ["bytez"], npm: ["bytez.js"] },
  rotate: { by: "person", page: "https://docs.bytez.com" },
};
