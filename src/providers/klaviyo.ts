import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const klaviyo: Provider = {
  id: "klaviyo",
  title: "Klaviyo",
  kind: "generic",
  website: "https://www.klaviyo.com",
  docs: "https://developers.klaviyo.com/en/docs/authenticate_",
  credentials: [
    {
      id: "klaviyo-private-key",
      title: "Klaviyo private API key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(7519),
      ...named(
        ["klaviyo_api_key", "klaviyo_private_key", "klaviyo_private_api_key", "klaviyo_key"],
        "pk_{lower 34}",
      ),
    },
  ],
  variables: { KLAVIYO_API_KEY: "value", KLAVIYO_PRIVATE_KEY: "value", KLAVIYO_PRIVATE_API_KEY: "value" },
  hosts: ["a.klaviyo.com"],
  packages: { python: ["klaviyo-api"], npm: ["klaviyo-api"] },
  rotate: { by: "person", page: "https://www.klaviyo.com/settings/account/api-keys" },
  verify: {
    method: "GET",
    url: "https://a.klaviyo.com/api/accounts",
    headers: { Authorization: "Klaviyo-API-Key {value}", revision: "2024-10-15" },
    verdicts: usualVerdicts,
  },
};
