import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const onfido: Provider = {
  id: "onfido",
  title: "Onfido",
  kind: "generic",
  website: "https://onfido.com",
  docs: "https://documentation.onfido.com/api/latest/#api-tokens",
  credentials: [
    {
      id: "onfido-api-token",
      title: "Onfido live API token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(8937),
      ...layout([
        "api_live.{base64url 20-80}",
        "api_live_us.{base64url 20-80}",
        "api_live_ca.{base64url 20-80}",
      ]),
    },
  ],
  variables: { ONFIDO_API_TOKEN: "value" },
  hosts: ["api.eu.onfido.com", "api.us.onfido.com", "api.ca.onfido.com"],
  packages: { python: ["onfido-python"], npm: ["@onfido/api"] },
  rotate: { by: "person", page: "https://dashboard.onfido.com/api/tokens" },
};
