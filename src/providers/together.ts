import { bearer, beside, either, prefixed, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const together: Provider = {
  id: "together",
  title: "Together AI",
  kind: "model-api",
  website: "https://www.together.ai",
  docs: "https://docs.together.ai/reference/authentication",
  aliases: ["togetherai", "together-ai"],
  credentials: [
    {
      id: "together-api-key",
      title: "Together AI API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.together",
      actsFor: "machine",
      ...either(
        prefixed("tgp_v1_", { alphabet: "base64url", min: 43 }),
        beside(["together"], { alphabet: "hex", min: 64 }),
      ),
    },
  ],
  variables: { TOGETHER_API_KEY: "value", TOGETHER_AI_API_KEY: "value", TOGETHERAI_API_KEY: "value" },
  baseUrlVariables: ["TOGETHER_BASE_URL"],
  hosts: ["api.together.xyz", "api.together.ai"],
  packages: { python: ["together", "langchain_together"], npm: ["together-ai", "@ai-sdk/togetherai"] },
  rotate: { by: "person", page: "https://api.together.ai/settings/api-keys" },
  verify: {
    method: "GET",
    url: "https://api.together.xyz/v1/models",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
