import { bearer, usualVerdicts } from "./format.ts";
import { layout, named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const airtable: Provider = {
  id: "airtable",
  title: "Airtable",
  kind: "generic",
  website: "https://airtable.com",
  docs: "https://airtable.com/developers/web/api/authentication",
  credentials: [
    {
      id: "airtable-personal-token",
      title: "Airtable personal access token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(286),
      ...layout("pat{alnum 14}.{hex 64}"),
    },
    {
      id: "airtable-api-key",
      title: "Airtable API key of the older form",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(229),
      ...named(["airtable_api_key", "airtable_key"], "key{alnum 14}"),
    },
  ],
  variables: {
    AIRTABLE_API_KEY: "value",
    AIRTABLE_TOKEN: "value",
    AIRTABLE_PERSONAL_ACCESS_TOKEN: "value",
    AIRTABLE_ACCESS_TOKEN: "value",
  },
  hosts: ["api.airtable.com"],
  packages: { python: ["pyairtable", "airtable"], npm: ["airtable"] },
  rotate: { by: "person", page: "https://airtable.com/create/tokens" },
  verify: {
    method: "GET",
    url: "https://api.airtable.com/v0/meta/whoami",
    headers: bearer,
    verdicts: usualVerdicts,
  },
  scopes: {
    method: "GET",
    url: "https://api.airtable.com/v0/meta/whoami",
    headers: bearer,
    cite: "https://airtable.com/developers/web/api/get-user-id-scopes",
    scopes: [{ json: ["scopes", "*"] }],
    rights: {},
  },
};
