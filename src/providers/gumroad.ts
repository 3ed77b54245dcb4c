import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const gumroad: Provider = {
  id: "gumroad",
  title: "Gumroad",
  kind: "generic",
  website: "https://gumroad.com",
  docs: "https://app.gumroad.com/api",
  credentials: [
    {
      id: "gumroad-access-token",
      title: "Gumroad access token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(6839),
      ...named(["gumroad_access_token", "gumroad_token", "gumroad_api_key"], ["{hex 64}", "{base64url 43}"]),
    },
  ],
  variables: { GUMROAD_ACCESS_TOKEN: "value" },
  hosts: ["api.gumroad.com"],
  packages: {},
  rotate: { by: "person", page: "https://app.gumroad.com/settings/advanced" },
};
