import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const polyaxon: Provider = {
  id: "polyaxon",
  title: "Polyaxon",
  kind: "experiment-tracker",
  website: "https://polyaxon.com",
  docs: "https://polyaxon.com/docs",
  credentials: [
    {
      id: "polyaxon-token",
      title: "Polyaxon token",
      severity: "high",
      cite: "https://polyaxon.com/docs",
      actsFor: "machine",
      ...opaque(["polyaxon_auth_token"]),
    },
  ],
  variables: { POLYAXON_AUTH_TOKEN: "value" },
  hosts: ["cloud.polyaxon.com"],
  packages: { python: ["polyaxon"] },
  rotate: { by: "person", page: "https://polyaxon.com/docs" },
};
