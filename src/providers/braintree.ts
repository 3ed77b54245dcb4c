import { layout, named } from "./layout.ts";
import { credsweeper, kingfisher } from "./sources.ts";
import type { Provider } from "./types.ts";

export const braintree: Provider = {
  id: "braintree",
  title: "Braintree",
  kind: "generic",
  website: "https://www.braintreepayments.com",
  docs: "https://developer.paypal.com/braintree/docs/start/overview",
  credentials: [
    {
      id: "braintree-access-token",
      title: "Braintree access token",
      severity: "critical",
      actsFor: "machine",
      cite: credsweeper(652),
      ...layout("access_token$production${lower 16}${hex 32}"),
    },
    {
      // Made for clients: it can only tokenize.
      id: "braintree-tokenization-key",
      title: "Braintree tokenization key",
      severity: "info",
      part: "tokenization_key",
      public: true,
      actsFor: "machine",
      cite: kingfisher(
        "f2a45c9e1c709008558765c88acfd3f8c0cb3245/crates/kingfisher-rules/data/rules/braintree.yml",
      ),
      ...named(
        ["braintree_tokenization_key", "braintree_token", "braintree_key"],
        "production_{lower 6-10}_{lower 14-20}",
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "tokenization_key", secret: false },
    { name: "public_key", secret: false },
    { name: "merchant_id", secret: false },
  ],
  variables: {
    BRAINTREE_TOKENIZATION_KEY: "tokenization_key",
    BRAINTREE_PRIVATE_KEY: "value",
    BRAINTREE_PUBLIC_KEY: "public_key",
    BRAINTREE_MERCHANT_ID: "merchant_id",
  },
  hosts: ["api.braintreegateway.com"],
  packages: { python: ["braintree"], npm: ["braintree"] },
  rotate: { by: "person", page: "https://www.braintreegateway.com" },
};
