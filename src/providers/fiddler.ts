import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const fiddler: Provider = {
  id: "fiddler",
  title: "Fiddler",
  kind: "observability",
  website: "https://www.fiddler.ai",
  docs: "https://docs.fiddler.ai",
  credentials: [
    {
      id: "fiddler-token",
      title: "Fiddler API token",
      severity: "high",
      cite: "https://docs.fiddler.ai",
      actsFor: "machine",
      ...opaque(["fiddler_api_token", "fiddler_api_key", "fiddler_auth_token", "fiddler_token"]),
    },
  ],
  variables: { FIDDLER_API_TOKEN: "value", FIDDLER_API_KEY: "value" },
  hosts: [],
  packages: { python: ["fiddler", "fiddler-client"] },
  rotate: { by: "person", page: "https://docs.fiddler.ai" },
};
