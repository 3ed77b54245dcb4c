import { bearer, prefixed, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const cerebras: Provider = {
  id: "cerebras",
  title: "Cerebras",
  kind: "model-api",
  website: "https://www.cerebras.ai",
  docs: "https://inference-docs.cerebras.ai",
  credentials: [
    {
      id: "cerebras-api-key",
      title: "Cerebras API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.cerebras",
      actsFor: "machine",
      ...prefixed("csk-", { alphabet: "lower", min: 48 }),
    },
  ],
  variables: { CEREBRAS_API_KEY: "value" },
  hosts: ["api.cerebras.ai"],
  packages: {
    python: ["cerebras", "cerebras-cloud-sdk", "langchain_cerebras"],
    npm: ["@cerebras/cerebras_cloud_sdk", "@ai-sdk/cerebras"],
  },
  rotate: { by: "person", page: "https://cloud.cerebras.ai" },
  verify: {
    method: "GET",
    url: "https://api.cerebras.ai/v1/models",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
