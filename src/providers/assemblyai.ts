import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const assemblyai: Provider = {
  id: "assemblyai",
  title: "AssemblyAI",
  kind: "model-api",
  website: "https://www.assemblyai.com",
  docs: "https://www.assemblyai.com/docs",
  credentials: [
    {
      id: "assemblyai-api-key",
      title: "AssemblyAI API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/assemblyai.yml",
      actsFor: "machine",
      ...named(["assemblyai_api_key", "assembly_ai_api_key", "aai_api_key", "assemblyai_key"], {
        alphabet: "hex",
        min: 32,
      }),
    },
  ],
  variables: { ASSEMBLYAI_API_KEY: "value" },
  hosts: ["api.assemblyai.com"],
  packages: { python: ["assemblyai"], npm: ["assemblyai", "@ai-sdk/assemblyai"] },
  rotate: { by: "person", page: "https://www.assemblyai.com/dashboard/api-keys" },
};
