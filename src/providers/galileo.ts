import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const galileo: Provider = {
  id: "galileo",
  title: "Galileo",
  kind: "observability",
  website: "https://www.galileo.ai",
  docs: "https://v2docs.galileo.ai",
  credentials: [
    {
      id: "galileo-api-key",
      title: "Galileo API key",
      severity: "high",
      cite: "https://v2docs.galileo.ai/references/faqs/find-keys",
      actsFor: "machine",
      ...opaque(["galileo_api_key"]),
    },
  ],
  variables: { GALILEO_API_KEY: "value" },
  hosts: ["api.galileo.ai"],
  packages: {
    python: ["galileo", "promptquality", "galileo_observe"],
    npm: ["galileo", "@rungalileo/observe"],
  },
  rotate: { by: "person", page: "https://app.galileo.ai/settings/api-keys" },
};
