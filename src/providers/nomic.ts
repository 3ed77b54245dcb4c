import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const nomic: Provider = {
  id: "nomic",
  title: "Nomic",
  kind: "embedding",
  website: "https://www.nomic.ai",
  docs: "https://docs.nomic.ai",
  credentials: [
    {
      id: "nomic-api-key",
      title: "Nomic API key",
      severity: "high",
      cite: "https://docs.nomic.ai/platform/embeddings-and-retrieval/guides/using-atlas-embed",
      actsFor: "machine",
      ...prefixed("nk-", { alphabet: "base64url", min: 43 }),
    },
  ],
  variables: { NOMIC_API_KEY: "value" },
  hosts: ["api-atlas.nomic.ai"],
  packages: { python: ["nomic", "langchain_nomic"], npm: ["@nomic-ai/atlas"] },
  rotate: { by: "person", page: "https://atlas.nomic.ai/cli-login" },
};
