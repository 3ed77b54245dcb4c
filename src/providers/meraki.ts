import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const meraki: Provider = {
  id: "meraki",
  title: "Cisco Meraki",
  kind: "generic",
  website: "https://meraki.cisco.com",
  docs: "https://developer.cisco.com/meraki/api-v1/authorization/",
  credentials: [
    {
      id: "meraki-api-key",
      title: "Cisco Meraki API key",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(1756),
      ...named(
        ["meraki_dashboard_api_key", "meraki_api_key", "meraki_key", "x-cisco-meraki-api-key"],
        "{hex 40}",
      ),
    },
  ],
  variables: { MERAKI_DASHBOARD_API_KEY: "value", MERAKI_API_KEY: "value" },
  hosts: ["api.meraki.com"],
  packages: { python: ["meraki"] },
  rotate: { by: "person", page: "https://dashboard.meraki.com" },
  verify: {
    method: "GET",
    url: "https://api.meraki.com/api/v1/organizations",
    headers: { "X-Cisco-Meraki-API-Key": "{value}" },
    verdicts: usualVerdicts,
  },
};
