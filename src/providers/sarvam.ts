import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const sarvam: Provider = {
  id: "sarvam",
  title: "Sarvam AI",
  kind: "model-api",
  website: "https://www.sarvam.ai",
  docs: "https://docs.sarvam.ai",
  credentials: [
    {
      id: "sarvam-api-key",
      title: "Sarvam AI API key",
      severity: "high",
      cite: "https://docs.sarvam.ai",
      actsFor: "machine",
      ...named(
        ["sarvam_api_key", "sarvam_api_subscription_key"],
        ["sk_", { alphabet: "lower", min: 8 }, "_", { alphabet: "alnum", min: 24 }],
      ),
    },
  ],
  variables: { SARVAM_API_KEY: "value" },
  hosts: ["api.sarvam.ai"],
  packages: { python: ["sarvamai"], npm: ["sarvamai"] },
  rotate: { by: "person", page: "https://dashboard.sarvam.ai" },
};
