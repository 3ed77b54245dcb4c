import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const digitalocean: Provider = {
  id: "digitalocean",
  title: "DigitalOcean",
  kind: "cloud",
  website: "https://www.digitalocean.com",
  docs: "https://docs.digitalocean.com/reference/api/create-personal-access-token/",
  credentials: [
    {
      id: "digitalocean-token",
      title: "DigitalOcean personal access token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(2879),
      ...layout("dop_v1_{hex 64}"),
    },
    {
      id: "digitalocean-oauth-token",
      title: "DigitalOcean OAuth token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(2866),
      ...layout("doo_v1_{hex 64}"),
    },
    {
      id: "digitalocean-refresh-token",
      title: "DigitalOcean OAuth refresh token",
      severity: "critical",
      part: "refresh_token",
      actsFor: "person",
      cite: betterleaks(2892),
      ...layout("dor_v1_{hex 64}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "refresh_token", secret: true },
  ],
  variables: {
    DIGITALOCEAN_TOKEN: "value",
    DIGITALOCEAN_ACCESS_TOKEN: "value",
    DIGITALOCEAN_API_TOKEN: "value",
  },
  hosts: ["api.digitalocean.com", "*.digitaloceanspaces.com"],
  packages: { python: ["pydo", "python-digitalocean"], npm: ["dots-wrapper"] },
  rotate: { by: "person", page: "https://cloud.digitalocean.com/account/api/tokens" },
  verify: {
    method: "GET",
    url: "https://api.digitalocean.com/v2/account",
    headers: bearer,
    verdicts: usualVerdicts,
  },
  ciActions: ["digitalocean/action-doctl"],
};
