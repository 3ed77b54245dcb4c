import { layout, named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const exoscale: Provider = {
  id: "exoscale",
  title: "Exoscale",
  kind: "cloud",
  website: "https://www.exoscale.com",
  docs: "https://community.exoscale.com/product/iam/",
  credentials: [
    {
      id: "exoscale-api-key",
      title: "Exoscale API key",
      severity: "medium",
      part: "api_key",
      actsFor: "machine",
      cite: betterleaks(3266),
      ...layout("EXO{alnum 24-30}"),
    },
    {
      id: "exoscale-api-secret",
      title: "Exoscale API secret",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(3295),
      ...named(["exoscale_api_secret", "exoscale_secret"], "{base64url 40-60}"),
    },
  ],
  parts: [
    { name: "api_key", secret: false },
    { name: "value", secret: true },
  ],
  variables: { EXOSCALE_API_SECRET: "value", EXOSCALE_API_KEY: "api_key" },
  hosts: ["*.exoscale.com"],
  packages: { python: ["exoscale"] },
  rotate: { by: "person", page: "https://portal.exoscale.com/iam/keys" },
};
