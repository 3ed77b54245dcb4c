import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const apollo: Provider = {
  id: "apollo",
  title: "Apollo",
  kind: "generic",
  website: "https://www.apollo.io",
  docs: "https://docs.apollo.io/docs/create-api-key",
  credentials: [
    {
      id: "apollo-api-key",
      title: "Apollo API key",
      severity: "medium",
      actsFor: "machine",
      cite: betterleaks(672),
      ...named(["apollo_api_key", "apollo_io_api_key"], "{base64url 22}"),
    },
  ],
  variables: { APOLLO_API_KEY: "value" },
  hosts: ["api.apollo.io"],
  packages: {},
  rotate: { by: "person", page: "https://app.apollo.io/#/settings/integrations/api" },
  verify: {
    method: "GET",
    url: "https://api.apollo.io/v1/auth/health",
    headers: { "X-Api-Key": "{value}" },
    verdicts: usualVerdicts,
  },
};
