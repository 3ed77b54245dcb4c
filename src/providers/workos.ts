import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const workos: Provider = {
  id: "workos",
  title: "WorkOS",
  kind: "generic",
  website: "https://workos.com",
  docs: "https://workos.com/docs/reference/api-keys",
  credentials: [
    {
      id: "workos-api-key",
      title: "WorkOS API key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(12669),
      ...layout("sk_live_a2V5Xz{base64 69}{pad}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: { WORKOS_API_KEY: "value", WORKOS_CLIENT_ID: "client_id" },
  hosts: ["api.workos.com"],
  packages: { python: ["workos"], npm: ["@workos-inc/node"] },
  rotate: { by: "person", page: "https://dashboard.workos.com/api-keys" },
  verify: {
    method: "GET",
    url: "https://api.workos.com/organizations?limit=1",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
