import { bearer, usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const bitly: Provider = {
  id: "bitly",
  title: "Bitly",
  kind: "generic",
  website: "https://bitly.com",
  docs: "https://dev.bitly.com/docs/getting-started/authentication/",
  credentials: [
    {
      id: "bitly-access-token",
      title: "Bitly access token",
      severity: "medium",
      actsFor: "person",
      cite: betterleaks(1248),
      ...named(
        ["bitly_access_token", "bitly_token", "bitly_api_key", "bitly_generic_access_token"],
        "{hex 40}",
      ),
    },
  ],
  variables: { BITLY_ACCESS_TOKEN: "value", BITLY_TOKEN: "value", BITLY_API_KEY: "value" },
  hosts: ["api-ssl.bitly.com"],
  packages: { python: ["bitly-api"], npm: ["bitly"] },
  rotate: { by: "person", page: "https://app.bitly.com/settings/api/" },
  verify: {
    method: "GET",
    url: "https://api-ssl.bitly.com/v4/user",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
