import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const fivetran: Provider = {
  id: "fivetran",
  title: "Fivetran",
  kind: "training-data",
  website: "https://www.fivetran.com",
  docs: "https://fivetran.com/docs/rest-api/getting-started",
  credentials: [
    {
      id: "fivetran-api-secret",
      title: "Fivetran API secret",
      severity: "critical",
      cite: "https://fivetran.com/docs/rest-api/getting-started",
      actsFor: "machine",
      ...named(["fivetran_api_secret", "fivetran_secret", "fivetran_apisecret"], {
        alphabet: "alnum",
        min: 32,
      }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "api_key", secret: false },
  ],
  variables: {
    FIVETRAN_API_SECRET: "value",
    FIVETRAN_APISECRET: "value",
    FIVETRAN_API_KEY: "api_key",
    FIVETRAN_APIKEY: "api_key",
  },
  hosts: ["api.fivetran.com"],
  packages: { python: ["fivetran-connector-sdk", "airflow-provider-fivetran-async"] },
  rotate: { by: "person", page: "https://fivetran.com/dashboard/user/api-config" },
};
