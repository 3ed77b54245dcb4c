import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const asaas: Provider = {
  id: "asaas",
  title: "Asaas",
  kind: "generic",
  website: "https://www.asaas.com",
  docs: "https://docs.asaas.com/docs/chaves-de-api",
  credentials: [
    {
      id: "asaas-api-key",
      title: "Asaas API key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(766),
      ...layout(["$aact_prod_{base64url 20-200}", "$aact_hmlg_{base64url 20-200}"]),
    },
  ],
  variables: { ASAAS_API_KEY: "value", ASAAS_ACCESS_TOKEN: "value" },
  hosts: ["api.asaas.com"],
  packages: {},
  rotate: { by: "person", page: "https://www.asaas.com/customerConfigIntegrations/index" },
};
