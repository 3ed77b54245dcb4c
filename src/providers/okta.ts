import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const okta: Provider = {
  id: "okta",
  title: "Okta",
  kind: "generic",
  website: "https://www.okta.com",
  docs: "https://developer.okta.com/docs/guides/create-an-api-token/main/",
  credentials: [
    {
      id: "okta-api-token",
      title: "Okta API token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(8860),
      ...named(["okta_api_token", "okta_client_token", "okta_token", "okta_api_key"], "00{base64url 40}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_secret", secret: true },
  ],
  variables: {
    OKTA_API_TOKEN: "value",
    OKTA_CLIENT_TOKEN: "value",
    OKTA_TOKEN: "value",
    OKTA_CLIENT_SECRET: "client_secret",
  },
  hosts: ["*.okta.com", "*.oktapreview.com"],
  packages: { python: ["okta"], npm: ["@okta/okta-sdk-nodejs"] },
  rotate: { by: "person", page: "https://developer.okta.com/docs/guides/create-an-api-token/main/" },
};
