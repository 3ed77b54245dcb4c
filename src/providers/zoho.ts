import { layout, named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const zoho: Provider = {
  id: "zoho",
  title: "Zoho",
  kind: "generic",
  website: "https://www.zoho.com",
  docs: "https://www.zoho.com/accounts/protocol/oauth.html",
  credentials: [
    {
      id: "zoho-oauth-token",
      title: "Zoho OAuth token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(12902),
      ...layout("1000.{hex 32}.{hex 32}"),
    },
    {
      id: "zoho-client-secret",
      title: "Zoho client secret",
      severity: "high",
      part: "client_secret",
      actsFor: "machine",
      cite: betterleaks(12873),
      ...named(["zoho_client_secret", "zoho_secret"], "{hex 42}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_secret", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: {
    ZOHO_CLIENT_SECRET: "client_secret",
    ZOHO_CLIENT_ID: "client_id",
    ZOHO_REFRESH_TOKEN: "value",
    ZOHO_ACCESS_TOKEN: "value",
  },
  hosts: ["accounts.zoho.com", "www.zohoapis.com"],
  packages: { python: ["zohocrmsdk"], npm: ["@zohocrm/nodejs-sdk-2.0"] },
  rotate: { by: "person", page: "https://api-console.zoho.com" },
};
