import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const wiz: Provider = {
  id: "wiz",
  title: "Wiz",
  kind: "cloud",
  website: "https://www.wiz.io",
  docs: "https://www.wiz.io",
  credentials: [
    {
      id: "wiz-client-secret",
      title: "Wiz service-account secret",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(12584),
      ...named(["wiz_client_secret"], "{alnum 64}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: { WIZ_CLIENT_SECRET: "value", WIZ_CLIENT_ID: "client_id" },
  hosts: ["auth.app.wiz.io"],
  packages: {},
  rotate: { by: "person", page: "https://app.wiz.io/settings/service-accounts" },
};
