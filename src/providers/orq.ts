import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const orq: Provider = {
  id: "orq",
  title: "Orq.ai",
  kind: "model-api",
  website: "https://orq.ai",
  docs: "https://docs.orq.ai",
  credentials: [
    {
      id: "orq-api-key",
      title: "Orq.ai API key",
      severity: "high",
      cite: "https://docs.orq.ai",
      actsFor: "machine",
      ...opaque(["orq_api_key"]),
    },
  ],
  variables: { ORQ_API_KEY: "value" },
  hosts: ["my.orq.ai", "api.orq.ai"],
  packages: { python: ["orq-ai-sdk"], npm: ["@orq-ai/node"] },
  rotate: { by: "person", page: "https://docs.orq.ai" },
};
