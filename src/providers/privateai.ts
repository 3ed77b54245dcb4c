import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const privateai: Provider = {
  id: "privateai",
  title: "Private AI",
  kind: "model-api",
  website: "https://www.private-ai.com",
  docs: "https://docs.private-ai.com",
  credentials: [
    {
      id: "privateai-api-key",
      title: "Private AI API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.privateai",
      actsFor: "machine",
      ...named(["private_ai_api_key", "privateai_api_key", "private_ai_key"], { alphabet: "lower", min: 32 }),
    },
  ],
  variables: { PRIVATE_AI_API_KEY: "value" },
  hosts: ["api.private-ai.com"],
  packages: { python: ["privateai_client"] },
  rotate: { by: "person", page: "https://docs.private-ai.com" },
};
