import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const gocardless: Provider = {
  id: "gocardless",
  title: "GoCardless",
  kind: "generic",
  website: "https://gocardless.com",
  docs: "https://developer.gocardless.com/api-reference/",
  credentials: [
    {
      id: "gocardless-access-token",
      title: "GoCardless access token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(6723),
      ...named(
        ["gocardless_access_token", "gocardless_token", "gocardless_api_key", "gc_access_token"],
        "live_{base64url 40}",
      ),
    },
  ],
  variables: { GC_ACCESS_TOKEN: "value", GOCARDLESS_ACCESS_TOKEN: "value" },
  hosts: ["api.gocardless.com"],
  packages: { python: ["gocardless-pro"], npm: ["gocardless-nodejs"] },
  rotate: { by: "person", page: "https://manage.gocardless.com/developers/access-tokens" },
};
