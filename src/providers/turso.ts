import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const turso: Provider = {
  id: "turso",
  title: "Turso",
  kind: "database",
  website: "https://turso.tech",
  docs: "https://docs.turso.tech",
  aliases: ["libsql"],
  credentials: [
    {
      id: "turso-token",
      title: "Turso token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.turso",
      actsFor: "machine",
      ...opaque(["turso_auth_token", "turso_api_token", "libsql_auth_token", "turso_token"]),
    },
  ],
  variables: { TURSO_AUTH_TOKEN: "value", TURSO_API_TOKEN: "value", LIBSQL_AUTH_TOKEN: "value" },
  hosts: ["api.turso.tech", "*.turso.io"],
  packages: { python: ["libsql", "libsql-client"], npm: ["@libsql/client", "@tursodatabase/api"] },
  rotate: { by: "api", page: "https://docs.turso.tech" },
};
