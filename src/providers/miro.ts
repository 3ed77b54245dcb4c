import { bearer, usualVerdicts } from "./format.ts";
import { layout, named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const miro: Provider = {
  id: "miro",
  title: "Miro",
  kind: "generic",
  website: "https://miro.com",
  docs: "https://developers.miro.com/docs/rest-api-get-started",
  credentials: [
    {
      id: "miro-access-token",
      title: "Miro access token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(8336),
      ...layout("eyJtaXJv{base64url 10-64}_{base64url 20-64}"),
    },
    {
      id: "miro-client-secret",
      title: "Miro client secret",
      severity: "high",
      part: "client_secret",
      actsFor: "machine",
      cite: betterleaks(8402),
      ...named(["miro_client_secret"], "{alnum 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_secret", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: {
    MIRO_ACCESS_TOKEN: "value",
    MIRO_TOKEN: "value",
    MIRO_CLIENT_SECRET: "client_secret",
    MIRO_CLIENT_ID: "client_id",
  },
  hosts: ["api.miro.com"],
  packages: { npm: ["@mirohq/miro-api"] },
  rotate: { by: "person", page: "https://miro.com/app/settings/user-profile/apps" },
  verify: {
    method: "GET",
    url: "https://api.miro.com/v1/oauth-token",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
