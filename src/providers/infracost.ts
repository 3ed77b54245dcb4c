import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const infracost: Provider = {
  id: "infracost",
  title: "Infracost",
  kind: "generic",
  website: "https://www.infracost.io",
  docs: "https://www.infracost.io/docs/",
  credentials: [
    {
      id: "infracost-api-key",
      title: "Infracost API key",
      severity: "low",
      actsFor: "machine",
      cite: betterleaks(7324),
      ...layout("ico-{alnum 32}"),
    },
  ],
  variables: { INFRACOST_API_KEY: "value" },
  hosts: ["pricing.api.infracost.io"],
  packages: {},
  rotate: { by: "person", page: "https://dashboard.infracost.io" },
  ciActions: ["infracost/actions"],
};
