import { layout, named } from "./layout.ts";
import { credsweeper } from "./sources.ts";
import type { Provider } from "./types.ts";

export const akamai: Provider = {
  id: "akamai",
  title: "Akamai",
  kind: "cloud",
  website: "https://www.akamai.com",
  docs: "https://techdocs.akamai.com/developer/docs/set-up-authentication-credentials",
  credentials: [
    {
      id: "akamai-token",
      title: "Akamai client or access token",
      severity: "high",
      part: "access_token",
      actsFor: "machine",
      cite: credsweeper(224),
      ...layout("akab-{lower 16}-{lower 16}"),
    },
    {
      id: "akamai-client-secret",
      title: "Akamai client secret",
      severity: "critical",
      actsFor: "machine",
      cite: "https://techdocs.akamai.com/developer/docs/set-up-authentication-credentials",
      ...named(["akamai_client_secret", "edgegrid_client_secret"], "{base64 43}="),
    },
  ],
  parts: [
    { name: "access_token", secret: true },
    { name: "value", secret: true },
    { name: "client_token", secret: false },
    { name: "host", secret: false },
  ],
  variables: {
    AKAMAI_CLIENT_TOKEN: "client_token",
    AKAMAI_ACCESS_TOKEN: "access_token",
    AKAMAI_CLIENT_SECRET: "value",
    AKAMAI_HOST: "host",
    EDGEGRID_CLIENT_SECRET: "value",
  },
  hosts: ["*.luna.akamaiapis.net"],
  packages: { python: ["edgegrid-python"], npm: ["akamai-edgegrid"] },
  rotate: { by: "person", page: "https://control.akamai.com/apps/identity-management" },
};
