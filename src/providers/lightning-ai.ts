import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const lightningAi: Provider = {
  id: "lightning-ai",
  title: "Lightning AI",
  kind: "cloud",
  website: "https://lightning.ai",
  docs: "https://lightning.ai/docs",
  credentials: [
    {
      id: "lightning-ai-api-key",
      title: "Lightning AI API key",
      severity: "critical",
      cite: "https://lightning.ai/docs",
      actsFor: "person",
      ...opaque(["lightning_api_key", "lightning_cloud_api_key"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "user_id", secret: false },
  ],
  variables: { LIGHTNING_API_KEY: "value", LIGHTNING_USER_ID: "user_id" },
  hosts: ["lightning.ai"],
  packages: { python: ["lightning_sdk", "litserve", "litdata"] },
  rotate: { by: "person", page: "https://lightning.ai/account" },
};
