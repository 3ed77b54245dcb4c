import { usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const clickup: Provider = {
  id: "clickup",
  title: "ClickUp",
  kind: "generic",
  website: "https://clickup.com",
  docs: "https://developer.clickup.com/docs/authentication",
  credentials: [
    {
      id: "clickup-api-token",
      title: "ClickUp personal API token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(1867),
      ...layout("pk_{digits 7-9}_{caps 32}"),
    },
  ],
  variables: { CLICKUP_API_TOKEN: "value", CLICKUP_TOKEN: "value", CLICKUP_API_KEY: "value" },
  hosts: ["api.clickup.com"],
  packages: {},
  rotate: { by: "person", page: "https://app.clickup.com/settings/apps" },
  verify: {
    method: "GET",
    url: "https://api.clickup.com/api/v2/user",
    headers: { Authorization: "{value}" },
    verdicts: usualVerdicts,
  },
};
