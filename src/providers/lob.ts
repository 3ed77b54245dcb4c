import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const lob: Provider = {
  id: "lob",
  title: "Lob",
  kind: "generic",
  website: "https://www.lob.com",
  docs: "https://docs.lob.com/#tag/API-Keys",
  credentials: [
    {
      id: "lob-api-key",
      title: "Lob API key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(7964),
      ...named(["lob_api_key", "lob_secret_api_key", "lob_secret_key"], "live_{hex 35}"),
    },
  ],
  variables: { LOB_API_KEY: "value", LOB_SECRET_API_KEY: "value" },
  hosts: ["api.lob.com"],
  packages: { python: ["lob"], npm: ["lob"] },
  rotate: { by: "person", page: "https://dashboard.lob.com/settings/api-keys" },
};
