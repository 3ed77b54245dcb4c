import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const fastly: Provider = {
  id: "fastly",
  title: "Fastly",
  kind: "cloud",
  website: "https://www.fastly.com",
  docs: "https://www.fastly.com/documentation/reference/api/auth-tokens/",
  credentials: [
    {
      id: "fastly-api-token",
      title: "Fastly API token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(3384),
      ...named(["fastly_api_token", "fastly_api_key", "fastly_key", "fastly_token"], "{base64url 32}"),
    },
  ],
  variables: { FASTLY_API_TOKEN: "value", FASTLY_API_KEY: "value", FASTLY_KEY: "value" },
  hosts: ["api.fastly.com"],
  packages: { python: ["fastly"], npm: ["fastly", "@fastly/cli"] },
  rotate: { by: "person", page: "https://manage.fastly.com/account/personal/tokens" },
  verify: {
    method: "GET",
    url: "https://api.fastly.com/tokens/self",
    headers: { "Fastly-Key": "{value}" },
    verdicts: usualVerdicts,
  },
};
