import { bearer, usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const civo: Provider = {
  id: "civo",
  title: "Civo",
  kind: "cloud",
  website: "https://www.civo.com",
  docs: "https://www.civo.com/docs/account/api-keys",
  credentials: [
    {
      id: "civo-api-key",
      title: "Civo API key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(1780),
      ...named(["civo_api_key", "civo_token"], "{alnum 50}"),
    },
  ],
  variables: { CIVO_TOKEN: "value", CIVO_API_KEY: "value" },
  hosts: ["api.civo.com"],
  packages: { python: ["civo"] },
  rotate: { by: "person", page: "https://dashboard.civo.com/security" },
  verify: { method: "GET", url: "https://api.civo.com/v2/regions", headers: bearer, verdicts: usualVerdicts },
};
