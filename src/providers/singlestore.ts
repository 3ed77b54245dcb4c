import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const singlestore: Provider = {
  id: "singlestore",
  title: "SingleStore",
  kind: "database",
  website: "https://www.singlestore.com",
  docs: "https://docs.singlestore.com/cloud/reference/management-api/",
  credentials: [
    {
      id: "singlestore-api-key",
      title: "SingleStore Management API key",
      severity: "critical",
      cite: "https://docs.singlestore.com/cloud/reference/management-api/",
      actsFor: "machine",
      ...opaque(["singlestoredb_management_token", "singlestore_api_key", "singlestore_management_token"]),
    },
  ],
  variables: { SINGLESTOREDB_MANAGEMENT_TOKEN: "value", SINGLESTORE_API_KEY: "value" },
  hosts: ["api.singlestore.com"],
  packages: { python: ["singlestoredb"], npm: ["@singlestore/client"] },
  rotate: { by: "person", page: "https://portal.singlestore.com" },
};
