import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const checkout: Provider = {
  id: "checkout",
  title: "Checkout.com",
  kind: "generic",
  website: "https://www.checkout.com",
  docs: "https://www.checkout.com/docs/developer-resources/api/api-authentication",
  aliases: ["checkout.com"],
  credentials: [
    {
      id: "checkout-secret-key",
      title: "Checkout.com secret key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(1671),
      ...named(["checkout_secret_key", "checkout_api_key", "cko_secret_key"], "sk_{uuid}"),
    },
  ],
  variables: { CHECKOUT_SECRET_KEY: "value", CKO_SECRET_KEY: "value" },
  hosts: ["api.checkout.com"],
  packages: { python: ["checkout-sdk"], npm: ["checkout-sdk-node"] },
  rotate: { by: "person", page: "https://dashboard.checkout.com" },
};
