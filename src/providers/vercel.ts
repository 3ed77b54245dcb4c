import { bearer, usualVerdicts } from "./format.ts";
import { layout, named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const vercel: Provider = {
  id: "vercel",
  title: "Vercel",
  kind: "cloud",
  website: "https://vercel.com",
  docs: "https://vercel.com/docs/rest-api#authentication",
  credentials: [
    {
      id: "vercel-token",
      title: "Vercel personal access token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(12261),
      ...layout("vcp_{base64url 56}"),
    },
    {
      id: "vercel-integration-token",
      title: "Vercel integration token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(12237),
      ...layout("vci_{base64url 56}"),
    },
    {
      id: "vercel-app-token",
      title: "Vercel app access token",
      severity: "high",
      part: "app_token",
      actsFor: "machine",
      cite: betterleaks(12187),
      ...layout("vca_{base64url 56}"),
    },
    {
      id: "vercel-refresh-token",
      title: "Vercel app refresh token",
      severity: "high",
      part: "refresh_token",
      actsFor: "machine",
      cite: betterleaks(12211),
      ...layout("vcr_{base64url 56}"),
    },
    {
      id: "vercel-legacy-token",
      title: "Vercel token of the older form",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(12120),
      ...named(["vercel_api_token", "vercel_access_token", "vercel_token"], "{alnum 24}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "app_token", secret: true },
    { name: "refresh_token", secret: true },
  ],
  variables: { VERCEL_TOKEN: "value", VERCEL_API_TOKEN: "value", VERCEL_ACCESS_TOKEN: "value" },
  hosts: ["api.vercel.com"],
  packages: { python: ["vercel"], npm: ["vercel", "@vercel/sdk"] },
  rotate: { by: "person", page: "https://vercel.com/account/settings/tokens" },
  verify: { method: "GET", url: "https://api.vercel.com/v2/user", headers: bearer, verdicts: usualVerdicts },
  ciActions: ["amondnet/vercel-action"],
};
