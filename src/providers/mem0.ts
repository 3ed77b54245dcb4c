import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const mem0: Provider = {
  id: "mem0",
  title: "Mem0",
  kind: "model-api",
  website: "https://mem0.ai",
  docs: "https://docs.mem0.ai",
  credentials: [
    {
      id: "mem0-api-key",
      title: "Mem0 API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.mem0",
      actsFor: "machine",
      ...named(["mem0_api_key", "mem_zero_api_key"], ["m0-", { alphabet: "alnum", min: 24, max: 44 }]),
    },
  ],
  variables: { MEM0_API_KEY: "value" },
  hosts: ["api.mem0.ai"],
  packages: { python: ["mem0", "mem0ai"], npm: ["mem0ai", "@mem0/vercel-ai-provider"] },
  rotate: { by: "person", page: "https://app.mem0.ai/dashboard/api-keys" },
};
