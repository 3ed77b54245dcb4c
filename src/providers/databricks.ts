import { BORDER, bearer, prefixed, usualVerdicts } from "./format.ts";
import type { CredentialType, Provider } from "./types.ts";

const databricksToken: Pick<CredentialType, "formats" | "hits" | "misses" | "prefixes"> = {
  prefixes: ["dapi"],
  formats: [
    { pattern: `${BORDER}dapi[0-9a-f]{32}(?:-[0-9])?(?![A-Za-z0-9])`, literals: ["dapi"], maxLength: 38 },
  ],
  hits: [
    ["dapi", { random: "hex", length: 32 }],
    ["dapi", { random: "hex", length: 32 }, "-2"],
  ],
  misses: [
    ["dapi", { random: "hex", length: 31 }],
    ["dapi", { random: "hex", length: 33 }],
  ],
};

export const databricks: Provider = {
  id: "databricks",
  title: "Databricks",
  kind: "training-data",
  website: "https://www.databricks.com",
  docs: "https://docs.databricks.com/dev-tools/auth/",
  credentials: [
    {
      id: "databricks-token",
      title: "Databricks personal access token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.databricks",
      actsFor: "person",
      ...databricksToken,
    },
    {
      id: "databricks-client-secret",
      title: "Databricks service-principal secret",
      severity: "critical",
      cite: "https://docs.databricks.com/dev-tools/auth/oauth-m2m",
      actsFor: "machine",
      part: "client_secret",
      ...prefixed("dose", { alphabet: "hex", min: 32 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_secret", secret: true },
    { name: "client_id", secret: false },
    { name: "host", secret: false },
  ],
  variables: {
    DATABRICKS_TOKEN: "value",
    DATABRICKS_CLIENT_SECRET: "client_secret",
    DATABRICKS_CLIENT_ID: "client_id",
    DATABRICKS_HOST: "host",
  },
  hosts: ["*.cloud.databricks.com", "*.azuredatabricks.net", "*.gcp.databricks.com"],
  packages: {
    python: ["databricks", "databricks-sdk", "databricks-sql-connector", "databricks-connect"],
    npm: ["@databricks/sql"],
  },
  rotate: {
    by: "api",
    page: "https://docs.databricks.com/dev-tools/auth/pat.html",
    calls: [
      {
        title: "personal access token",
        part: "value",
        base: "{minter.host}",
        headers: { Authorization: "Bearer {minter.value}" },
        self: true,
        mint: {
          method: "POST",
          path: "/api/2.0/token/create",
          body: { comment: "{name}" },
          parts: { value: "token_value" },
          id: "token_info.token_id",
        },
        revoke: { method: "POST", path: "/api/2.0/token/delete", body: { token_id: "{id}" } },
        list: {
          method: "GET",
          path: "/api/2.0/token/list",
          items: "token_infos",
          id: "token_id",
          name: "comment",
        },
        cite: "https://docs.databricks.com/api/workspace/tokens",
      },
    ],
  },
  verify: {
    method: "GET",
    url: "{host}/api/2.0/preview/scim/v2/Me",
    headers: bearer,
    verdicts: usualVerdicts,
  },
  ciActions: ["databricks/setup-cli"],
};
