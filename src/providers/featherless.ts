import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const featherless: Provider = {
  id: "featherless",
  title: "Featherless",
  kind: "model-api",
  website: "https://featherless.ai",
  docs: "https://featherless.ai/docs",
  credentials: [
    {
      id: "featherless-api-key",
      title: "Featherless API key",
      severity: "high",
      cite: "https://docs.litellm.ai/docs/providers/featherless_ai",
      actsFor: "machine",
      ...named(
        ["featherless_api_key", "featherless_ai_api_key"],
        ["rc_", { alphabet: "hex", min: 40, max: 64 }],
      ),
    },
  ],
  variables: { FEATHERLESS_API_KEY: "value", FEATHERLESS_AI_API_KEY: "value" },
  hosts: ["api.featherless.ai"],
  packages: {},
  rotate: { by: "person", page: "https://featherless.ai/docs" },
};
