import { named } from "./layout.ts";
import { kingfisher } from "./sources.ts";
import type { Provider } from "./types.ts";

export const bitwarden: Provider = {
  id: "bitwarden",
  title: "Bitwarden",
  kind: "generic",
  website: "https://bitwarden.com",
  docs: "https://bitwarden.com/help/personal-api-key/",
  credentials: [
    {
      id: "bitwarden-client-secret",
      title: "Bitwarden API client secret",
      severity: "critical",
      actsFor: "person",
      cite: kingfisher(
        "cfa8467cfb2a42f58ff307ffe83c82ad4556e998/crates/kingfisher-rules/data/rules/bitwarden.yml",
      ),
      ...named(
        ["bitwarden_client_secret", "bw_clientsecret", "bw_client_secret", "apikeyclientsecret"],
        "{alnum 30}",
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
    { name: "access_token", secret: true },
    { name: "session", secret: true },
    { name: "password", secret: true },
  ],
  variables: {
    BW_CLIENTSECRET: "value",
    BW_CLIENTID: "client_id",
    BWS_ACCESS_TOKEN: "access_token",
    BW_SESSION: "session",
    BW_PASSWORD: "password",
  },
  hosts: ["identity.bitwarden.com", "api.bitwarden.com"],
  packages: { python: ["bitwarden-sdk"], npm: ["@bitwarden/cli", "@bitwarden/sdk-napi"] },
  rotate: { by: "person", page: "https://vault.bitwarden.com/#/settings/security/security-keys" },
  ciActions: ["bitwarden/sm-action"],
};
