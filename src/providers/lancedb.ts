import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const lancedb: Provider = {
  id: "lancedb",
  title: "LanceDB",
  kind: "vector-database",
  website: "https://lancedb.com",
  docs: "https://docs.lancedb.com",
  credentials: [
    {
      id: "lancedb-api-key",
      title: "LanceDB Cloud API key",
      severity: "critical",
      cite: "https://docs.lancedb.com",
      actsFor: "machine",
      ...opaque(["lancedb_api_key"]),
    },
  ],
  variables: { LANCEDB_API_KEY: "value" },
  hosts: ["*.api.lancedb.com"],
  packages: { python: ["lancedb"], npm: ["@lancedb/lancedb", "vectordb"] },
  rotate: { by: "person", page: "https://accounts.lancedb.com" },
};
