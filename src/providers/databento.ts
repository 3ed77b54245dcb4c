import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const databento: Provider = {
  id: "databento",
  title: "Databento",
  kind: "generic",
  website: "https://databento.com",
  docs: "https://databento.com/docs/portal/api-keys",
  credentials: [
    {
      id: "databento-api-key",
      title: "Databento API key",
      severity: "medium",
      actsFor: "machine",
      cite: betterleaks(2526),
      ...named(["databento_api_key", "databento_key"], "db-{alnum 29}"),
    },
  ],
  variables: { DATABENTO_API_KEY: "value" },
  hosts: ["hist.databento.com"],
  packages: { python: ["databento"] },
  rotate: { by: "person", page: "https://databento.com/portal/keys" },
};
