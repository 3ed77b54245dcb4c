import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const maxmind: Provider = {
  id: "maxmind",
  title: "MaxMind",
  kind: "generic",
  website: "https://www.maxmind.com",
  docs: "https://support.maxmind.com/hc/en-us/articles/4407111582235-Generate-a-License-Key",
  credentials: [
    {
      id: "maxmind-license-key",
      title: "MaxMind licence key",
      severity: "low",
      actsFor: "machine",
      cite: betterleaks(8146),
      ...layout("{alnum 6}_{alnum 29}_mmk"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "account_id", secret: false },
  ],
  variables: {
    MAXMIND_LICENSE_KEY: "value",
    GEOIPUPDATE_LICENSE_KEY: "value",
    MAXMIND_ACCOUNT_ID: "account_id",
  },
  hosts: ["geoip.maxmind.com", "download.maxmind.com"],
  packages: { python: ["geoip2"], npm: ["@maxmind/geoip2-node"] },
  rotate: { by: "person", page: "https://www.maxmind.com/en/accounts/current/license-key" },
};
