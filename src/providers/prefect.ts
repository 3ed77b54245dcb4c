import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const prefect: Provider = {
  id: "prefect",
  title: "Prefect",
  kind: "training-data",
  website: "https://www.prefect.io",
  docs: "https://docs.prefect.io/v3/how-to-guides/cloud/manage-users/api-keys",
  credentials: [
    {
      id: "prefect-user-key",
      title: "Prefect user API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.prefect",
      actsFor: "person",
      ...prefixed("pnu_", { alphabet: "alnum", min: 36 }),
    },
    {
      id: "prefect-service-key",
      title: "Prefect service-account API key",
      severity: "critical",
      cite: "https://docs.prefect.io/v3/how-to-guides/cloud/manage-users/service-accounts",
      actsFor: "machine",
      ...prefixed("pnb_", { alphabet: "alnum", min: 36 }),
    },
  ],
  variables: { PREFECT_API_KEY: "value" },
  baseUrlVariables: ["PREFECT_API_URL"],
  hosts: ["api.prefect.cloud"],
  packages: { python: ["prefect"] },
  rotate: { by: "person", page: "https://app.prefect.cloud/my/api-keys" },
  ciActions: ["PrefectHQ/actions-prefect-deploy"],
};
