import { UUID, sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const ai71: Provider = {
  id: "ai71",
  title: "AI71",
  kind: "model-api",
  website: "https://ai71.ai",
  docs: "https://ai71.ai",
  credentials: [
    {
      id: "ai71-api-key",
      title: "AI71 API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.ai71",
      actsFor: "machine",
      ...sequence(["ai71-api-", ...UUID]),
    },
  ],
  variables: { AI71_API_KEY: "value" },
  hosts: ["api.ai71.ai"],
  packages: { python: ["ai71"] },
  rotate: { by: "person", page: "https://ai71.ai" },
};
