import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const woocommerce: Provider = {
  id: "woocommerce",
  title: "WooCommerce",
  kind: "generic",
  website: "https://woocommerce.com",
  docs: "https://woocommerce.com/document/woocommerce-rest-api/",
  credentials: [
    {
      id: "woocommerce-consumer-secret",
      title: "WooCommerce consumer secret",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(12615),
      ...named(
        [
          "woocommerce_consumer_secret",
          "woocommerce_secret",
          "wc_consumer_secret",
          "consumer_secret",
          "consumersecret",
        ],
        "cs_{hex 40}",
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "consumer_key", secret: false },
  ],
  variables: {
    WOOCOMMERCE_CONSUMER_SECRET: "value",
    WC_CONSUMER_SECRET: "value",
    WOOCOMMERCE_CONSUMER_KEY: "consumer_key",
    WC_CONSUMER_KEY: "consumer_key",
  },
  hosts: [],
  packages: { python: ["woocommerce"], npm: ["@woocommerce/woocommerce-rest-api"] },
  rotate: { by: "person", page: "https://woocommerce.com/document/woocommerce-rest-api/" },
};
