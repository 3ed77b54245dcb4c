import { bearer, prefixed, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const xai: Provider = {
  id: "xai",
  title: "xAI",
  kind: "model-api",
  website: "https://x.ai",
  docs: "https://docs.x.ai/docs/api-reference",
  aliases: ["grok"],
  credentials: [
    {
      id: "xai-api-key",
      title: "xAI API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.xai",
      actsFor: "machine",
      ...prefixed("xai-", { alphabet: "alnum", min: 80 }),
    },
  ],
  variables: { XAI_API_KEY: "value" },
  hosts: ["api.x.ai"],
  packages: { python: ["xai_sdk", "langchain_xai"], npm: ["@ai-sdk/xai"] },
  rotate: { by: "person", page: "https://console.x.ai" },
  verify: { method: "GET", url: "https://api.x.ai/v1/api-key", headers: bearer, verdicts: usualVerdicts },
};
