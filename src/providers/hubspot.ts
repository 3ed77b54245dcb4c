import { bearer, usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const hubspot: Provider = {
  id: "hubspot",
  title: "HubSpot",
  kind: "generic",
  website: "https://www.hubspot.com",
  docs: "https://developers.hubspot.com/docs/guides/apps/private-apps/overview",
  credentials: [
    {
      id: "hubspot-api-key",
      title: "HubSpot API key of the older form",
      severity: "high",
      part: "api_key",
      actsFor: "machine",
      cite: betterleaks(7026),
      ...named(["hubspot_api_key", "hubspot_key", "hapikey"], "{uuid}"),
    },
  ],
  parts: [
    { name: "api_key", secret: true },
    { name: "value", secret: true },
  ],
  variables: {
    HUBSPOT_ACCESS_TOKEN: "value",
    HUBSPOT_TOKEN: "value",
    HUBSPOT_PRIVATE_APP_TOKEN: "value",
    HUBSPOT_API_KEY: "api_key",
  },
  hosts: ["api.hubapi.com"],
  packages: { python: ["hubspot-api-client"], npm: ["@hubspot/api-client"] },
  rotate: { by: "person", page: "https://app.hubspot.com/private-apps" },
  verify: {
    method: "GET",
    url: "https://api.hubapi.com/account-info/v3/details",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
