import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const salesforce: Provider = {
  id: "salesforce",
  title: "Salesforce",
  kind: "generic",
  website: "https://www.salesforce.com",
  docs: "https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_tokens_scopes.htm",
  credentials: [
    {
      id: "salesforce-access-token",
      title: "Salesforce access token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(10270),
      ...layout([
        "00D{alnum 12}!{base64url 16}.{base64url 70-110}",
        "00D{alnum 15}!{base64url 16}.{base64url 70-110}",
        "00D{alnum 12}!AQ{base64url 80-120}",
      ]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "security_token", secret: true },
    { name: "password", secret: true },
    { name: "username", secret: false },
  ],
  variables: {
    SALESFORCE_ACCESS_TOKEN: "value",
    SF_ACCESS_TOKEN: "value",
    SALESFORCE_SECURITY_TOKEN: "security_token",
    SALESFORCE_PASSWORD: "password",
    SALESFORCE_USERNAME: "username",
  },
  hosts: ["login.salesforce.com", "*.my.salesforce.com"],
  packages: { python: ["simple-salesforce"], npm: ["jsforce"] },
  rotate: { by: "person", page: "https://login.salesforce.com" },
};
