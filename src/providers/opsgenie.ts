import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const opsgenie: Provider = {
  id: "opsgenie",
  title: "Opsgenie",
  kind: "observability",
  website: "https://www.atlassian.com/software/opsgenie",
  docs: "https://docs.opsgenie.com/docs/api-key-management",
  credentials: [
    {
      id: "opsgenie-api-key",
      title: "Opsgenie API key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(9087),
      ...named(["opsgenie_api_key", "opsgenie_key", "opsgenie_token", "geniekey"], "{uuid}"),
    },
  ],
  variables: { OPSGENIE_API_KEY: "value", GENIE_KEY: "value" },
  hosts: ["api.opsgenie.com", "api.eu.opsgenie.com"],
  packages: { python: ["opsgenie-sdk"], npm: ["opsgenie-sdk"] },
  rotate: { by: "person", page: "https://app.opsgenie.com/settings/api-key-management" },
  verify: {
    method: "GET",
    url: "https://api.opsgenie.com/v2/account",
    headers: { Authorization: "GenieKey {value}" },
    verdicts: usualVerdicts,
  },
};
