import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const beamer: Provider = {
  id: "beamer",
  title: "Beamer",
  kind: "generic",
  website: "https://www.getbeamer.com",
  docs: "https://www.getbeamer.com/api",
  credentials: [
    {
      id: "beamer-api-token",
      title: "Beamer API token",
      severity: "low",
      actsFor: "machine",
      cite: betterleaks(1199),
      ...named(["beamer_api_key", "beamer_api_token", "beamer_token", "beamer_key"], "b_{base64url 44}"),
    },
  ],
  variables: { BEAMER_API_KEY: "value" },
  hosts: ["api.getbeamer.com"],
  packages: {},
  rotate: { by: "person", page: "https://app.getbeamer.com" },
};
