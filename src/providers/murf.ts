import { UUID, sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const murf: Provider = {
  id: "murf",
  title: "Murf AI",
  kind: "model-api",
  website: "https://murf.ai",
  docs: "https://murf.ai/api/docs/introduction/overview",
  credentials: [
    {
      id: "murf-api-key",
      title: "Murf API key",
      severity: "high",
      cite: "https://murf.ai/api/docs/introduction/overview",
      actsFor: "machine",
      ...sequence(["ap2_", ...UUID]),
    },
  ],
  variables: { MURF_API_KEY: "value" },
  hosts: ["api.murf.ai"],
  packages: { python: ["murf"] },
  rotate: { by: "person", page: "https://murf.ai/api/dashboard" },
};
