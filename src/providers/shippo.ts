import { usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const shippo: Provider = {
  id: "shippo",
  title: "Shippo",
  kind: "generic",
  website: "https://goshippo.com",
  docs: "https://docs.goshippo.com/docs/guides_general/authentication/",
  credentials: [
    {
      id: "shippo-api-token",
      title: "Shippo API token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(10618),
      ...layout(["shippo_live_{anyhex 40}", "shippo_test_{anyhex 40}"]),
    },
  ],
  variables: { SHIPPO_API_TOKEN: "value", SHIPPO_API_KEY: "value", SHIPPO_TOKEN: "value" },
  hosts: ["api.goshippo.com"],
  packages: { python: ["shippo"], npm: ["shippo"] },
  rotate: { by: "person", page: "https://apps.goshippo.com/settings/api" },
  verify: {
    method: "GET",
    url: "https://api.goshippo.com/addresses/?results=1",
    headers: { Authorization: "ShippoToken {value}" },
    verdicts: usualVerdicts,
  },
};
