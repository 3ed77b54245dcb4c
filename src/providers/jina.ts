import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const jina: Provider = {
  id: "jina",
  title: "Jina AI",
  kind: "embedding",
  website: "https://jina.ai",
  docs: "https://jina.ai/embeddings/",
  credentials: [
    {
      id: "jina-api-key",
      title: "Jina AI API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.jina",
      actsFor: "machine",
      ...prefixed("jina_", { alphabet: "base64url", min: 60 }),
    },
  ],
  variables: { JINA_API_KEY: "value", JINA_AUTH_TOKEN: "value" },
  hosts: ["api.jina.ai", "r.jina.ai", "s.jina.ai"],
  packages: { python: ["jina"], npm: ["jina-ai-provider"] },
  rotate: { by: "person", page: "https://jina.ai/api-dashboard/key-manager" },
};
