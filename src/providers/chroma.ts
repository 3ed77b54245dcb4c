import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const chroma: Provider = {
  id: "chroma",
  title: "Chroma",
  kind: "vector-database",
  website: "https://www.trychroma.com",
  docs: "https://docs.trychroma.com/cloud/getting-started",
  aliases: ["chromadb"],
  credentials: [
    {
      id: "chroma-api-key",
      title: "Chroma Cloud API key",
      severity: "critical",
      cite: "https://docs.trychroma.com/cloud/getting-started",
      actsFor: "machine",
      ...named(
        ["chroma_api_key", "chroma_cloud_api_key", "chroma_token"],
        ["ck-", { alphabet: "alnum", min: 40, max: 48 }],
      ),
    },
  ],
  variables: { CHROMA_API_KEY: "value", CHROMA_CLOUD_API_KEY: "value" },
  hosts: ["api.trychroma.com"],
  packages: { python: ["chromadb", "langchain_chroma"], npm: ["chromadb"] },
  rotate: { by: "person", page: "https://www.trychroma.com" },
};
