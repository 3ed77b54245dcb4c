import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const instantly: Provider = {
  id: "instantly",
  title: "Instantly",
  kind: "generic",
  website: "https://instantly.ai",
  docs: "https://developer.instantly.ai",
  credentials: [
    {
      id: "instantly-api-key",
      title: "Instantly API key",
      severity: "medium",
      actsFor: "machine",
      cite: betterleaks(7337),
      ...named(["instantly_api_key", "instantly_key"], "{base64 66}=="),
    },
  ],
  variables: { INSTANTLY_API_KEY: "value" },
  hosts: ["api.instantly.ai"],
  packages: {},
  rotate: { by: "person", page: "https://app.instantly.ai/app/settings/integrations" },
};
