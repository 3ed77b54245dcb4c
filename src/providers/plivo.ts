import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const plivo: Provider = {
  id: "plivo",
  title: "Plivo",
  kind: "generic",
  website: "https://www.plivo.com",
  docs: "https://www.plivo.com/docs/account/api/",
  credentials: [
    {
      id: "plivo-auth-token",
      title: "Plivo auth token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(9529),
      ...named(["plivo_auth_token", "plivo_token", "plivo_secret"], "{alnum 40}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "auth_id", secret: false },
  ],
  variables: { PLIVO_AUTH_TOKEN: "value", PLIVO_AUTH_ID: "auth_id" },
  hosts: ["api.plivo.com"],
  packages: { python: ["plivo"], npm: ["plivo"] },
  rotate: { by: "person", page: "https://console.plivo.com/dashboard/" },
};
