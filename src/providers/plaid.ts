import { layout, named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const plaid: Provider = {
  id: "plaid",
  title: "Plaid",
  kind: "generic",
  website: "https://plaid.com",
  docs: "https://plaid.com/docs/api/",
  credentials: [
    {
      id: "plaid-access-token",
      title: "Plaid access token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(9408),
      ...layout(["access-production-{uuid}", "access-development-{uuid}"]),
    },
    {
      id: "plaid-secret",
      title: "Plaid secret",
      severity: "critical",
      part: "secret",
      actsFor: "machine",
      cite: betterleaks(9431),
      ...named(["plaid_secret", "plaid_secret_key", "plaid_production_secret"], "{lower 30}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "secret", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: { PLAID_SECRET: "secret", PLAID_CLIENT_ID: "client_id", PLAID_ACCESS_TOKEN: "value" },
  hosts: ["production.plaid.com"],
  packages: { python: ["plaid-python"], npm: ["plaid"] },
  rotate: { by: "person", page: "https://dashboard.plaid.com/developers/keys" },
};
