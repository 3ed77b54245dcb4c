import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const vastAi: Provider = {
  id: "vast-ai",
  title: "Vast.ai",
  kind: "cloud",
  website: "https://vast.ai",
  docs: "https://docs.vast.ai",
  aliases: ["vastai"],
  credentials: [
    {
      id: "vast-ai-api-key",
      title: "Vast.ai API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.vastai",
      actsFor: "machine",
      ...named(["vast_api_key", "vastai_api_key", "vast_ai_api_key"], { alphabet: "hex", min: 64 }),
    },
  ],
  variables: { VAST_API_KEY: "value", VASTAI_API_KEY: "value" },
  hosts: ["console.vast.ai"],
  packages: { python: ["vastai", "vastai-sdk"] },
  rotate: { by: "person", page: "https://cloud.vast.ai/manage-keys/" },
};
