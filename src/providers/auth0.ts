import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const auth0: Provider = {
  id: "auth0",
  title: "Auth0",
  kind: "generic",
  website: "https://auth0.com",
  docs: "https://auth0.com/docs/get-started/applications/application-settings",
  credentials: [
    {
      id: "auth0-client-secret",
      title: "Auth0 client secret",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(858),
      ...named(["auth0_client_secret", "auth0_secret"], "{base64url 64}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
    { name: "domain", secret: false },
  ],
  variables: { AUTH0_CLIENT_SECRET: "value", AUTH0_CLIENT_ID: "client_id", AUTH0_DOMAIN: "domain" },
  hosts: ["*.auth0.com"],
  packages: { python: ["auth0-python"], npm: ["auth0", "@auth0/nextjs-auth0"] },
  rotate: { by: "person", page: "https://manage.auth0.com" },
};
