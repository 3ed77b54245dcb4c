import { UUID, named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const blackForestLabs: Provider = {
  id: "black-forest-labs",
  title: "Black Forest Labs",
  kind: "model-api",
  website: "https://blackforestlabs.ai",
  docs: "https://docs.bfl.ai",
  aliases: ["bfl"],
  credentials: [
    {
      id: "black-forest-labs-api-key",
      title: "Black Forest Labs API key",
      severity: "high",
      cite: "https://docs.bfl.ai/quick_start/generating_images",
      actsFor: "machine",
      ...named(["bfl_api_key", "black_forest_labs_api_key"], UUID),
    },
  ],
  variables: { BFL_API_KEY: "value" },
  hosts: ["api.bfl.ai", "api.bfl.ml"],
  packages: { npm: ["@ai-sdk/black-forest-labs"] },
  rotate: { by: "person", page: "https://dashboard.bfl.ai" },
};
