import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const cerebrium: Provider = {
  id: "cerebrium",
  title: "Cerebrium",
  kind: "cloud",
  website: "https://www.cerebrium.ai",
  docs: "https://www.cerebrium.ai/docs",
  credentials: [
    {
      id: "cerebrium-token",
      title: "Cerebrium token",
      severity: "high",
      cite: "https://www.cerebrium.ai/docs",
      actsFor: "machine",
      ...opaque(["cerebrium_api_key", "cerebrium_service_account_token"]),
    },
  ],
  variables: { CEREBRIUM_API_KEY: "value", CEREBRIUM_SERVICE_ACCOUNT_TOKEN: "value" },
  hosts: ["rest.cerebrium.ai", "api.cortex.cerebrium.ai"],
  packages: { python: ["cerebrium"] },
  rotate: { by: "person", page: "https://dashboard.cerebrium.ai" },
};
