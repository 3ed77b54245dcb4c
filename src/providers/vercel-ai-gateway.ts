import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const vercelAiGateway: Provider = {
  id: "vercel-ai-gateway",
  title: "Vercel AI Gateway",
  kind: "model-api",
  website: "https://vercel.com/ai-gateway",
  docs: "https://vercel.com/docs/ai-gateway",
  credentials: [
    {
      id: "vercel-ai-gateway-api-key",
      title: "Vercel AI Gateway API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.vercel",
      actsFor: "machine",
      ...prefixed("vck_", { alphabet: "base64url", min: 56 }),
    },
  ],
  variables: { AI_GATEWAY_API_KEY: "value" },
  hosts: ["ai-gateway.vercel.sh"],
  packages: { npm: ["@ai-sdk/gateway"] },
  rotate: { by: "person", page: "https://vercel.com/docs/ai-gateway/authentication" },
};
