import { layout, named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const linear: Provider = {
  id: "linear",
  title: "Linear",
  kind: "generic",
  website: "https://linear.app",
  docs: "https://linear.app/developers/graphql",
  credentials: [
    {
      id: "linear-api-key",
      title: "Linear API key",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(7859),
      ...layout("lin_api_{alnum 40}"),
    },
    {
      id: "linear-client-secret",
      title: "Linear OAuth client secret",
      severity: "high",
      part: "client_secret",
      actsFor: "machine",
      cite: betterleaks(7896),
      ...named(["linear_client_secret", "linear_oauth_client_secret", "linear_secret"], "{hex 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_secret", secret: true },
  ],
  variables: { LINEAR_API_KEY: "value", LINEAR_CLIENT_SECRET: "client_secret", LINEAR_ACCESS_TOKEN: "value" },
  hosts: ["api.linear.app"],
  packages: { npm: ["@linear/sdk"] },
  rotate: { by: "person", page: "https://linear.app/settings/account/security" },
};
