import { named } from "./layout.ts";
import { gitleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const etsy: Provider = {
  id: "etsy",
  title: "Etsy",
  kind: "generic",
  website: "https://www.etsy.com",
  docs: "https://developers.etsy.com/documentation/essentials/authentication",
  credentials: [
    {
      id: "etsy-api-key",
      title: "Etsy API key",
      severity: "medium",
      actsFor: "machine",
      cite: gitleaks(500),
      ...named(["etsy_api_key", "etsy_keystring", "etsy_access_token", "etsy_key"], "{lower 24}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "shared_secret", secret: true },
  ],
  variables: { ETSY_API_KEY: "value", ETSY_KEYSTRING: "value", ETSY_SHARED_SECRET: "shared_secret" },
  hosts: ["api.etsy.com", "openapi.etsy.com"],
  packages: {},
  rotate: { by: "person", page: "https://www.etsy.com/developers/your-apps" },
};
