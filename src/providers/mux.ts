import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const mux: Provider = {
  id: "mux",
  title: "Mux",
  kind: "generic",
  website: "https://www.mux.com",
  docs: "https://www.mux.com/docs/core/make-api-requests",
  credentials: [
    {
      id: "mux-token-secret",
      title: "Mux access token secret",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(8566),
      ...named(["mux_token_secret", "mux_access_token_secret", "mux_secret_key"], "{base64 75}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "token_id", secret: false },
  ],
  variables: { MUX_TOKEN_SECRET: "value", MUX_TOKEN_ID: "token_id" },
  hosts: ["api.mux.com"],
  packages: { python: ["mux-python"], npm: ["@mux/mux-node"] },
  rotate: { by: "person", page: "https://dashboard.mux.com/settings/access-tokens" },
};
