import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const planetscale: Provider = {
  id: "planetscale",
  title: "PlanetScale",
  kind: "database",
  website: "https://planetscale.com",
  docs: "https://planetscale.com/docs/api/planetscale-api-oauth-applications",
  credentials: [
    {
      id: "planetscale-service-token",
      title: "PlanetScale service token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.planetscale",
      actsFor: "machine",
      ...prefixed("pscale_tkn_", { alphabet: "base64url", min: 32, max: 64 }),
    },
    {
      id: "planetscale-password",
      title: "PlanetScale database password",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.planetscale",
      actsFor: "machine",
      part: "password",
      ...prefixed("pscale_pw_", { alphabet: "base64url", min: 32, max: 64 }),
    },
    {
      id: "planetscale-oauth-token",
      title: "PlanetScale OAuth token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.planetscale",
      actsFor: "person",
      part: "oauth_token",
      ...prefixed("pscale_oauth_", { alphabet: "base64url", min: 32, max: 64 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "password", secret: true },
    { name: "oauth_token", secret: true },
    { name: "token_id", secret: false },
  ],
  variables: {
    PLANETSCALE_SERVICE_TOKEN: "value",
    PLANETSCALE_SERVICE_TOKEN_ID: "token_id",
    PLANETSCALE_PASSWORD: "password",
  },
  hosts: ["api.planetscale.com", "*.psdb.cloud"],
  packages: { npm: ["@planetscale/database"] },
  rotate: { by: "api", page: "https://planetscale.com/docs/api/planetscale-api-oauth-applications" },
};
