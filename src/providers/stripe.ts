import { prefixed } from "./format.ts";
import { layout } from "./layout.ts";
import type { Provider } from "./types.ts";

export const stripe: Provider = {
  id: "stripe",
  title: "Stripe",
  kind: "generic",
  website: "https://stripe.com",
  docs: "https://docs.stripe.com/keys",
  credentials: [
    {
      id: "stripe-secret-key",
      title: "Stripe secret key",
      severity: "critical",
      actsFor: "machine",
      cite: "https://docs.stripe.com/keys",
      ...layout("sk_live_{alnum 24-120}"),
    },
    {
      id: "stripe-restricted-key",
      title: "Stripe restricted key",
      severity: "critical",
      actsFor: "machine",
      cite: "https://docs.stripe.com/keys",
      ...layout("rk_live_{alnum 24-120}"),
    },
    {
      id: "stripe-test-key",
      title: "Stripe test key",
      severity: "low",
      part: "test_key",
      actsFor: "machine",
      cite: "https://docs.stripe.com/keys",
      ...layout(["sk_test_{alnum 24-120}", "rk_test_{alnum 24-120}"]),
    },
    {
      id: "stripe-webhook-secret",
      title: "Stripe webhook secret",
      severity: "medium",
      kind: "webhook",
      part: "webhook_secret",
      actsFor: "machine",
      cite: "https://docs.stripe.com/webhooks",
      ...prefixed("whsec_", { alphabet: "base64", min: 32, max: 64 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "test_key", secret: true },
    { name: "webhook_secret", secret: true },
  ],
  variables: { STRIPE_SECRET_KEY: "value", STRIPE_API_KEY: "value", STRIPE_WEBHOOK_SECRET: "webhook_secret" },
  hosts: ["api.stripe.com"],
  packages: { python: ["stripe"], npm: ["stripe"] },
  rotate: { by: "person", page: "https://dashboard.stripe.com/apikeys" },
};
