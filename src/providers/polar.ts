import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const polar: Provider = {
  id: "polar",
  title: "Polar",
  kind: "generic",
  website: "https://polar.sh",
  docs: "https://polar.sh/docs/integrate/oat",
  credentials: [
    {
      id: "polar-organization-token",
      title: "Polar organisation access token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(9587),
      ...layout("polar_oat_{base64url 20-100}"),
    },
    {
      id: "polar-personal-token",
      title: "Polar personal access token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(9614),
      ...layout("polar_pat_{base64url 20-100}"),
    },
    {
      id: "polar-oauth-token",
      title: "Polar OAuth access token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(9560),
      ...layout("polar_at_{base64url 20-100}"),
    },
  ],
  variables: { POLAR_ACCESS_TOKEN: "value", POLAR_ORGANIZATION_ACCESS_TOKEN: "value" },
  hosts: ["api.polar.sh"],
  packages: { python: ["polar-sdk"], npm: ["@polar-sh/sdk"] },
  rotate: { by: "person", page: "https://polar.sh/dashboard" },
};
