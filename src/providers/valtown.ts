import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const valtown: Provider = {
  id: "valtown",
  title: "Val Town",
  kind: "cloud",
  website: "https://www.val.town",
  docs: "https://docs.val.town/api/authentication/",
  credentials: [
    {
      id: "valtown-api-token",
      title: "Val Town API token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(12041),
      ...layout("vtwn_{base64url 20-80}"),
    },
  ],
  variables: { VAL_TOWN_API_KEY: "value", VALTOWN_API_TOKEN: "value" },
  hosts: ["api.val.town"],
  packages: { npm: ["@valtown/sdk"] },
  rotate: { by: "person", page: "https://www.val.town/settings/api" },
  verify: { method: "GET", url: "https://api.val.town/v1/me", headers: bearer, verdicts: usualVerdicts },
};
