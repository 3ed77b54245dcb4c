import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const workato: Provider = {
  id: "workato",
  title: "Workato",
  kind: "generic",
  website: "https://www.workato.com",
  docs: "https://docs.workato.com/workato-api.html",
  credentials: [
    {
      id: "workato-api-token",
      title: "Workato developer API token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(12633),
      ...layout([
        "wrka-eyJ{base64url 8-100}.{base64url 16-600}.{base64url 64-700}",
        "wrkaeu-eyJ{base64url 8-100}.{base64url 16-600}.{base64url 64-700}",
      ]),
    },
  ],
  variables: { WORKATO_API_TOKEN: "value" },
  hosts: ["www.workato.com", "app.eu.workato.com"],
  packages: {},
  rotate: { by: "person", page: "https://app.workato.com/members/api/clients" },
};
