import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const postmark: Provider = {
  id: "postmark",
  title: "Postmark",
  kind: "generic",
  website: "https://postmarkapp.com",
  docs: "https://postmarkapp.com/developer/api/overview#authentication",
  credentials: [
    {
      id: "postmark-token",
      title: "Postmark token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(9778),
      ...named(
        [
          "postmark_server_token",
          "postmark_api_token",
          "postmark_api_key",
          "postmark_token",
          "postmark_account_token",
          "x-postmark-server-token",
        ],
        "{uuid}",
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "account_token", secret: true },
  ],
  variables: {
    POSTMARK_SERVER_TOKEN: "value",
    POSTMARK_API_TOKEN: "value",
    POSTMARK_API_KEY: "value",
    POSTMARK_ACCOUNT_TOKEN: "account_token",
  },
  hosts: ["api.postmarkapp.com"],
  packages: { python: ["postmarker"], npm: ["postmark"] },
  rotate: { by: "person", page: "https://account.postmarkapp.com/api_tokens" },
  verify: {
    method: "GET",
    url: "https://api.postmarkapp.com/server",
    headers: { "X-Postmark-Server-Token": "{value}", Accept: "application/json" },
    verdicts: usualVerdicts,
  },
};
