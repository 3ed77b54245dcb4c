import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const pagerduty: Provider = {
  id: "pagerduty",
  title: "PagerDuty",
  kind: "observability",
  website: "https://www.pagerduty.com",
  docs: "https://developer.pagerduty.com/docs/authentication",
  credentials: [
    {
      id: "pagerduty-api-key",
      title: "PagerDuty API key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(9201),
      ...named(
        [
          "pagerduty_token",
          "pagerduty_api_key",
          "pagerduty_api_token",
          "pagerduty_user_token",
          "pagerduty_key",
        ],
        "u+{base64url 18}",
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "routing_key", secret: true },
  ],
  variables: {
    PAGERDUTY_TOKEN: "value",
    PAGERDUTY_API_KEY: "value",
    PAGERDUTY_USER_TOKEN: "value",
    PAGERDUTY_ROUTING_KEY: "routing_key",
    PAGERDUTY_INTEGRATION_KEY: "routing_key",
  },
  hosts: ["api.pagerduty.com", "events.pagerduty.com"],
  packages: { python: ["pdpyras", "pagerduty"], npm: ["@pagerduty/pdjs"] },
  rotate: { by: "person", page: "https://support.pagerduty.com/main/docs/api-access-keys" },
  verify: {
    method: "GET",
    url: "https://api.pagerduty.com/abilities",
    headers: { Authorization: "Token token={value}" },
    verdicts: usualVerdicts,
  },
};
