import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const lakera: Provider = {
  id: "lakera",
  title: "Lakera",
  kind: "observability",
  website: "https://www.lakera.ai",
  docs: "https://docs.lakera.ai",
  credentials: [
    {
      id: "lakera-api-key",
      title: "Lakera Guard API key",
      severity: "high",
      cite: "https://docs.lakera.ai/docs/quickstart",
      actsFor: "machine",
      ...opaque(["lakera_guard_api_key", "lakera_api_key"]),
    },
  ],
  variables: { LAKERA_GUARD_API_KEY: "value", LAKERA_API_KEY: "value" },
  hosts: ["api.lakera.ai"],
  packages: {},
  rotate: { by: "person", page: "https://platform.lakera.ai/account/api-keys" },
};
