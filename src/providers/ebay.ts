import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const ebay: Provider = {
  id: "ebay",
  title: "eBay",
  kind: "generic",
  website: "https://www.ebay.com",
  docs: "https://developer.ebay.com/api-docs/static/creating-edp-key.html",
  credentials: [
    {
      id: "ebay-client-secret",
      title: "eBay client secret (Cert ID)",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(3147),
      ...layout([
        "PRD-{hex 12}-{hex 4}-{hex 4}-{hex 4}-{hex 4}",
        "PRD-{hex 8}-{hex 4}-{hex 4}-{hex 4}-{hex 4-12}",
      ]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: {
    EBAY_CLIENT_SECRET: "value",
    EBAY_CERT_ID: "value",
    EBAY_CLIENT_ID: "client_id",
    EBAY_APP_ID: "client_id",
  },
  hosts: ["api.ebay.com"],
  packages: { python: ["ebaysdk"], npm: ["ebay-api"] },
  rotate: { by: "person", page: "https://developer.ebay.com/my/keys" },
};
