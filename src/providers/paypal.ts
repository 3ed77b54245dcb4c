import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const paypal: Provider = {
  id: "paypal",
  title: "PayPal",
  kind: "generic",
  website: "https://www.paypal.com",
  docs: "https://developer.paypal.com/api/rest/authentication/",
  credentials: [
    {
      id: "paypal-client-secret",
      title: "PayPal client secret",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(9239),
      ...named(["paypal_client_secret", "paypal_secret", "paypal_secret_key"], "{base64url 80}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: { PAYPAL_CLIENT_SECRET: "value", PAYPAL_CLIENT_ID: "client_id", PAYPAL_SECRET: "value" },
  hosts: ["api-m.paypal.com"],
  packages: {
    python: ["paypalrestsdk", "paypal-server-sdk"],
    npm: ["@paypal/paypal-server-sdk", "@paypal/checkout-server-sdk"],
  },
  rotate: { by: "person", page: "https://developer.paypal.com/dashboard/applications/live" },
};
