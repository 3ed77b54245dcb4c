import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const bitrise: Provider = {
  id: "bitrise",
  title: "Bitrise",
  kind: "source-control",
  website: "https://bitrise.io",
  docs: "https://devcenter.bitrise.io/en/accounts/personal-access-tokens.html",
  credentials: [
    {
      id: "bitrise-access-token",
      title: "Bitrise access token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(1295),
      ...named(
        ["bitrise_access_token", "bitrise_api_token", "bitrise_token", "bitrise_personal_access_token"],
        "{base64url 60-120}",
      ),
    },
  ],
  variables: { BITRISE_TOKEN: "value", BITRISE_API_TOKEN: "value", BITRISE_ACCESS_TOKEN: "value" },
  hosts: ["api.bitrise.io"],
  packages: {},
  rotate: { by: "person", page: "https://app.bitrise.io/me/account/security" },
  verify: {
    method: "GET",
    url: "https://api.bitrise.io/v0.1/me",
    headers: { Authorization: "{value}" },
    verdicts: usualVerdicts,
  },
};
