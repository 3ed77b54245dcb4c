import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const honeyhive: Provider = {
  id: "honeyhive",
  title: "HoneyHive",
  kind: "observability",
  website: "https://www.honeyhive.ai",
  docs: "https://docs.honeyhive.ai",
  credentials: [
    {
      id: "honeyhive-api-key",
      title: "HoneyHive API key",
      severity: "critical",
      cite: "https://docs.honeyhive.ai",
      actsFor: "machine",
      ...opaque(["honeyhive_api_key", "hh_api_key"]),
    },
  ],
  variables: { HONEYHIVE_API_KEY: "value", HH_API_KEY: "value" },
  hosts: ["api.honeyhive.ai"],
  packages: { python: ["honeyhive"], npm: ["honeyhive", "@honeyhive/logger"] },
  rotate: { by: "person", page: "https://app.honeyhive.ai/settings/account" },
};
