import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const dbtCloud: Provider = {
  id: "dbt-cloud",
  title: "dbt Cloud",
  kind: "training-data",
  website: "https://www.getdbt.com",
  docs: "https://docs.getdbt.com/docs/dbt-cloud-apis/authentication",
  aliases: ["dbt"],
  credentials: [
    {
      id: "dbt-service-token",
      title: "dbt Cloud service token",
      severity: "critical",
      cite: "https://docs.getdbt.com/docs/dbt-cloud-apis/service-tokens",
      actsFor: "machine",
      ...prefixed("dbtc_", { alphabet: "base64url", min: 30, max: 80 }, { minEntropy: 3 }),
    },
    {
      id: "dbt-user-token",
      title: "dbt Cloud personal access token",
      severity: "critical",
      cite: "https://docs.getdbt.com/docs/dbt-cloud-apis/user-tokens",
      actsFor: "person",
      ...prefixed("dbtu_", { alphabet: "base64url", min: 30, max: 80 }, { minEntropy: 3 }),
    },
  ],
  variables: {
    DBT_CLOUD_API_TOKEN: "value",
    DBT_CLOUD_API_KEY: "value",
    DBT_CLOUD_TOKEN: "value",
    DBT_CLOUD_SERVICE_TOKEN: "value",
  },
  hosts: ["cloud.getdbt.com", "*.getdbt.com"],
  packages: { python: ["dbtc", "dbt-cloud"] },
  rotate: { by: "person", page: "https://docs.getdbt.com/docs/dbt-cloud-apis/service-tokens" },
};
