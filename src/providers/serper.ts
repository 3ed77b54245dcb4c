import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const serper: Provider = {
  id: "serper",
  title: "Serper",
  kind: "generic",
  website: "https://serper.dev",
  docs: "https://serper.dev",
  credentials: [
    {
      id: "serper-api-key",
      title: "Serper API key",
      severity: "medium",
      cite: "https://python.langchain.com/docs/integrations/providers/google_serper/",
      actsFor: "machine",
      ...opaque(["serper_api_key", "serper_key", "serper_dev_api_key"]),
    },
  ],
  variables: { SERPER_API_KEY: "value" },
  hosts: ["google.serper.dev"],
  packages: {},
  rotate: { by: "person", page: "https://serper.dev/api-key" },
};
