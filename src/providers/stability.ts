import { bearer, usualVerdicts } from "./format.ts";
import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const stability: Provider = {
  id: "stability",
  title: "Stability AI",
  kind: "model-api",
  website: "https://stability.ai",
  docs: "https://platform.stability.ai/docs/getting-started/authentication",
  aliases: ["stability-ai"],
  credentials: [
    {
      id: "stability-api-key",
      title: "Stability AI API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/stabilityai.yml",
      actsFor: "machine",
      ...named(
        ["stability_api_key", "stability_ai_api_key", "stability_key", "stabilityai_api_key"],
        ["sk-", { alphabet: "alnum", min: 48 }],
      ),
    },
  ],
  variables: { STABILITY_API_KEY: "value", STABILITY_KEY: "value" },
  hosts: ["api.stability.ai"],
  packages: { python: ["stability_sdk"], npm: [] },
  rotate: { by: "person", page: "https://platform.stability.ai/account/keys" },
  verify: {
    method: "GET",
    url: "https://api.stability.ai/v1/user/account",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
