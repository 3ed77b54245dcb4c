import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const scaleway: Provider = {
  id: "scaleway",
  title: "Scaleway",
  kind: "cloud",
  website: "https://www.scaleway.com",
  docs: "https://www.scaleway.com/en/docs/iam/how-to/create-api-keys/",
  credentials: [
    {
      id: "scaleway-secret-key",
      title: "Scaleway secret key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(10338),
      ...named(["scaleway_secret_key", "scaleway_token", "scw_secret_key", "scw_token"], "{uuid}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "access_key", secret: false },
  ],
  variables: { SCW_SECRET_KEY: "value", SCW_ACCESS_KEY: "access_key", SCALEWAY_SECRET_KEY: "value" },
  hosts: ["api.scaleway.com"],
  packages: { python: ["scaleway"], npm: ["@scaleway/sdk"] },
  rotate: { by: "person", page: "https://console.scaleway.com/iam/api-keys" },
  verify: {
    method: "GET",
    url: "https://api.scaleway.com/account/v3/projects",
    headers: { "X-Auth-Token": "{value}" },
    verdicts: usualVerdicts,
  },
};
