import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const revAi: Provider = {
  id: "rev-ai",
  title: "Rev AI",
  kind: "model-api",
  website: "https://www.rev.ai",
  docs: "https://docs.rev.ai/api/asynchronous/",
  credentials: [
    {
      id: "rev-ai-token",
      title: "Rev AI access token",
      severity: "high",
      cite: "https://docs.rev.ai/api/asynchronous/",
      actsFor: "machine",
      ...opaque(["rev_ai_access_token", "revai_access_token", "rev_ai_api_key", "revai_api_key"]),
    },
  ],
  variables: { REV_AI_ACCESS_TOKEN: "value", REVAI_ACCESS_TOKEN: "value", REVAI_API_KEY: "value" },
  hosts: ["api.rev.ai"],
  packages: { python: ["rev_ai"], npm: ["revai-node-sdk", "@ai-sdk/revai"] },
  rotate: { by: "person", page: "https://www.rev.ai/access_token" },
};
