import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const snyk: Provider = {
  id: "snyk",
  title: "Snyk",
  kind: "generic",
  website: "https://snyk.io",
  docs: "https://docs.snyk.io/snyk-api/authentication-for-api",
  credentials: [
    {
      id: "snyk-api-token",
      title: "Snyk API token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(11087),
      ...named(["snyk_api_token", "snyk_api_key", "snyk_oauth_token", "snyk_token", "snyk_key"], "{uuid}"),
    },
  ],
  variables: { SNYK_TOKEN: "value", SNYK_API_TOKEN: "value", SNYK_API_KEY: "value" },
  hosts: ["api.snyk.io"],
  packages: { python: ["pysnyk"], npm: ["snyk"] },
  rotate: { by: "person", page: "https://app.snyk.io/account" },
  verify: {
    method: "GET",
    url: "https://api.snyk.io/rest/self?version=2024-10-15",
    headers: { Authorization: "token {value}" },
    verdicts: usualVerdicts,
  },
  ciActions: ["snyk/actions"],
};
