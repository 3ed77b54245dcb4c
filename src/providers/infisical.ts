import { named } from "./layout.ts";
import { kingfisher } from "./sources.ts";
import type { Provider } from "./types.ts";

export const infisical: Provider = {
  id: "infisical",
  title: "Infisical",
  kind: "generic",
  website: "https://infisical.com",
  docs: "https://infisical.com/docs/documentation/platform/token",
  credentials: [
    {
      id: "infisical-service-token",
      title: "Infisical service token",
      severity: "critical",
      actsFor: "machine",
      cite: kingfisher(
        "701508d529c638e6e9374d47f08e7e53004ddcf6/crates/kingfisher-rules/data/rules/infisical.yml",
      ),
      ...named(["infisical_token", "infisical_service_token"], "st.{hex 24}.{hex 32}.{hex 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_secret", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: {
    INFISICAL_TOKEN: "value",
    INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET: "client_secret",
    INFISICAL_CLIENT_SECRET: "client_secret",
    INFISICAL_CLIENT_ID: "client_id",
  },
  hosts: ["app.infisical.com", "us.infisical.com", "eu.infisical.com"],
  packages: { python: ["infisicalsdk", "infisical"], npm: ["@infisical/sdk", "infisical-node"] },
  rotate: { by: "person", page: "https://app.infisical.com" },
  ciActions: ["Infisical/secrets-action"],
};
