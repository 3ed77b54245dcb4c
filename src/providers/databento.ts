import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const databento: Provider = {
  id: "databento",
  title: "Databento",
  kind: "training-data",
  website: "https://databento.com",
  docs: "https://databento.com/docs/portal/api-keys",
  credentials: [
    {
      id: "databento-api-key",
      title: "Databento API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.databento",
      actsFor: "machine",
      ...named(["databento_api_key", "databento_key"], ["db-", { alphabet: "alnum", min: 29 }]),
    },
  ],
  variables: { DATABENTO_API_KEY: "value" },
  hosts: ["hist.databento.com"],
  packages: { python: ["databento"] },
  rotate: { by: "person", page: "https://databento.com/portal/keys" },
};
