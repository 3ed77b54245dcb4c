import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const redpanda: Provider = {
  id: "redpanda",
  title: "Redpanda Cloud",
  kind: "generic",
  website: "https://www.redpanda.com",
  docs: "https://docs.redpanda.com/redpanda-cloud/security/cloud-authentication/",
  credentials: [
    {
      id: "redpanda-client-secret",
      title: "Redpanda Cloud client secret",
      severity: "critical",
      cite: "https://docs.redpanda.com/redpanda-cloud/security/cloud-authentication/",
      actsFor: "machine",
      ...opaque(["redpanda_client_secret", "redpanda_cloud_client_secret", "rpk_cloud_client_secret"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: {
    REDPANDA_CLIENT_SECRET: "value",
    RPK_CLOUD_CLIENT_SECRET: "value",
    REDPANDA_CLIENT_ID: "client_id",
  },
  hosts: ["api.redpanda.com"],
  packages: {},
  rotate: { by: "person", page: "https://cloud.redpanda.com" },
};
