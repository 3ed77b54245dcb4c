import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const adobe: Provider = {
  id: "adobe",
  title: "Adobe",
  kind: "generic",
  website: "https://www.adobe.com",
  docs: "https://developer.adobe.com/developer-console/docs/guides/authentication/",
  credentials: [
    {
      id: "adobe-client-secret",
      title: "Adobe client secret",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(163),
      ...layout("p8e-{base64url 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: { ADOBE_CLIENT_SECRET: "value", ADOBE_CLIENT_ID: "client_id" },
  hosts: ["ims-na1.adobelogin.com"],
  packages: { npm: ["@adobe/jwt-auth"] },
  rotate: { by: "person", page: "https://developer.adobe.com/console/projects" },
};
