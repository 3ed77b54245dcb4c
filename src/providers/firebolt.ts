import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const firebolt: Provider = {
  id: "firebolt",
  title: "Firebolt",
  kind: "training-data",
  website: "https://www.firebolt.io",
  docs: "https://docs.firebolt.io",
  credentials: [
    {
      id: "firebolt-client-secret",
      title: "Firebolt service-account secret",
      severity: "critical",
      cite: "https://docs.firebolt.io",
      actsFor: "machine",
      ...opaque(["firebolt_client_secret"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: { FIREBOLT_CLIENT_SECRET: "value", FIREBOLT_CLIENT_ID: "client_id" },
  hosts: ["api.app.firebolt.io", "id.app.firebolt.io"],
  packages: { python: ["firebolt", "firebolt-sdk"], npm: ["firebolt-sdk"] },
  rotate: { by: "person", page: "https://docs.firebolt.io" },
};
