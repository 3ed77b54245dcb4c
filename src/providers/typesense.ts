import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const typesense: Provider = {
  id: "typesense",
  title: "Typesense",
  kind: "vector-database",
  website: "https://typesense.org",
  docs: "https://typesense.org/docs/latest/api/api-keys.html",
  credentials: [
    {
      id: "typesense-api-key",
      title: "Typesense API key",
      severity: "high",
      cite: "https://typesense.org/docs/latest/api/api-keys.html",
      actsFor: "machine",
      ...opaque(["typesense_api_key", "typesense_admin_api_key"]),
    },
  ],
  variables: { TYPESENSE_API_KEY: "value" },
  hosts: ["*.typesense.net"],
  packages: { python: ["typesense"], npm: ["typesense"] },
  rotate: { by: "person", page: "https://cloud.typesense.org" },
};
