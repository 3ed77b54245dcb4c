import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const hasura: Provider = {
  id: "hasura",
  title: "Hasura",
  kind: "database",
  website: "https://hasura.io",
  docs: "https://hasura.io/docs/2.0/deployment/graphql-engine-flags/reference/",
  credentials: [
    {
      id: "hasura-admin-secret",
      title: "Hasura admin secret",
      severity: "critical",
      cite: "https://hasura.io/docs/2.0/deployment/graphql-engine-flags/reference/",
      actsFor: "machine",
      ...named(
        ["hasura_graphql_admin_secret", "hasura_admin_secret"],
        { alphabet: "base64url", min: 16, max: 128 },
        { minEntropy: 3 },
      ),
    },
  ],
  variables: { HASURA_GRAPHQL_ADMIN_SECRET: "value", HASURA_ADMIN_SECRET: "value" },
  hosts: ["*.hasura.app"],
  packages: {},
  rotate: { by: "person", page: "https://cloud.hasura.io" },
};
