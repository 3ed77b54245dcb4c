import { usualVerdicts } from "./format.ts";
import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const deepgram: Provider = {
  id: "deepgram",
  title: "Deepgram",
  kind: "model-api",
  website: "https://deepgram.com",
  docs: "https://developers.deepgram.com/docs/create-additional-api-keys",
  credentials: [
    {
      id: "deepgram-api-key",
      title: "Deepgram API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/deepgram.yml",
      actsFor: "machine",
      ...named(["deepgram_api_key", "deepgram_key", "deepgram_token", "dg_api_key"], {
        alphabet: "hex",
        min: 40,
      }),
    },
  ],
  variables: { DEEPGRAM_API_KEY: "value" },
  hosts: ["api.deepgram.com"],
  packages: { python: ["deepgram", "deepgram-sdk"], npm: ["@deepgram/sdk", "@ai-sdk/deepgram"] },
  rotate: { by: "api", page: "https://console.deepgram.com" },
  verify: {
    method: "GET",
    url: "https://api.deepgram.com/v1/projects",
    headers: { Authorization: "Token {value}" },
    verdicts: usualVerdicts,
  },
};
