import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const canva: Provider = {
  id: "canva",
  title: "Canva",
  kind: "generic",
  website: "https://www.canva.com",
  docs: "https://www.canva.dev/docs/connect/authentication/",
  credentials: [
    {
      id: "canva-client-secret",
      title: "Canva client secret",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(1593),
      ...layout("cnvca{base64url 51}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: { CANVA_CLIENT_SECRET: "value", CANVA_CLIENT_ID: "client_id" },
  hosts: ["api.canva.com"],
  packages: {},
  rotate: { by: "person", page: "https://www.canva.com/developers/integrations" },
};
