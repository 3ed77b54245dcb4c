import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const coreweave: Provider = {
  id: "coreweave",
  title: "CoreWeave",
  kind: "cloud",
  website: "https://www.coreweave.com",
  docs: "https://docs.coreweave.com",
  credentials: [
    {
      id: "coreweave-token",
      title: "CoreWeave API token",
      severity: "critical",
      cite: "https://docs.coreweave.com",
      actsFor: "machine",
      ...opaque(["coreweave_api_token", "coreweave_api_key", "coreweave_token"]),
    },
  ],
  variables: { COREWEAVE_API_TOKEN: "value" },
  hosts: ["api.coreweave.com"],
  packages: { python: [] },
  rotate: { by: "person", page: "https://console.coreweave.com" },
};
