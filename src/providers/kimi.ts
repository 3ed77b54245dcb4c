import { bearer, usualVerdicts } from "./format.ts";
import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const kimi: Provider = {
  id: "kimi",
  title: "Kimi (Moonshot AI)",
  kind: "model-api",
  website: "https://www.moonshot.ai",
  docs: "https://platform.moonshot.ai/docs",
  aliases: ["moonshot"],
  credentials: [
    {
      id: "kimi-api-key",
      title: "Kimi API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/kimi.yml",
      actsFor: "machine",
      ...named(
        ["moonshot_api_key", "kimi_api_key", "moonshot_key"],
        ["sk-", { alphabet: "base64url", min: 48 }],
      ),
    },
  ],
  variables: { MOONSHOT_API_KEY: "value", KIMI_API_KEY: "value" },
  hosts: ["api.moonshot.ai", "api.moonshot.cn", "api.kimi.com"],
  packages: { npm: ["@ai-sdk/moonshotai"] },
  rotate: { by: "person", page: "https://platform.moonshot.ai/console/api-keys" },
  verify: {
    method: "GET",
    url: "https://api.moonshot.ai/v1/models",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
