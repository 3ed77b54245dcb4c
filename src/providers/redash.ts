import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const redash: Provider = {
  id: "redash",
  title: "Redash",
  kind: "training-data",
  website: "https://redash.io",
  docs: "https://redash.io/help/user-guide/integrations-and-api/api",
  credentials: [
    {
      id: "redash-api-key",
      title: "Redash API key",
      severity: "high",
      cite: "https://redash.io/help/user-guide/integrations-and-api/api",
      actsFor: "person",
      ...opaque(["redash_api_key", "redash_user_api_key"]),
    },
  ],
  variables: { REDASH_API_KEY: "value" },
  hosts: [],
  packages: { python: ["redash-toolbelt"] },
  rotate: { by: "person", page: "https://redash.io/help/user-guide/integrations-and-api/api" },
};
