import { beside } from "./format.ts";
import type { Provider } from "./types.ts";

export const qdrant: Provider = {
  id: "qdrant",
  title: "Qdrant",
  kind: "vector-database",
  website: "https://qdrant.tech",
  docs: "https://qdrant.tech/documentation/cloud/authentication/",
  credentials: [
    {
      id: "qdrant-api-key",
      title: "Qdrant API key",
      severity: "critical",
      cite: "https://qdrant.tech/documentation/cloud/authentication/",
      actsFor: "machine",
      ...beside(["qdrant"], { alphabet: "base64url", min: 40, max: 120 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "url", secret: false },
  ],
  variables: { QDRANT_API_KEY: "value", QDRANT_URL: "url" },
  hosts: ["*.cloud.qdrant.io"],
  packages: {
    python: ["qdrant_client", "langchain_qdrant"],
    npm: ["@qdrant/js-client-rest", "@qdrant/qdrant-js"],
  },
  rotate: { by: "person", page: "https://cloud.qdrant.io" },
};
