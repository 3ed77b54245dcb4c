import { prefixed } from "./format.ts";
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
      ...prefixed(["sk_live_", "rk_live_"], { alphabet: "alnum", min: 24, max: 120 }),
    },
    {
      id: "stripe-webhook-secret",
      title: "Stripe webhook secret",
      severity: "medium",
      kind: "webhook",
      part: "webhook_secret",
      actsFor: "machine",
      ...prefixed("whsec_", { alphabet: "base64", min: 32, max: 64 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "webhook_secret", secret: true },
  ],
  variables: { STRIPE_SECRET_KEY: "value", STRIPE_API_KEY: "value", STRIPE_WEBHOOK_SECRET: "webhook_secret" },
  hosts: ["api.stripe.com"],
  packages: { python: ["stripe"], npm: ["stripe"] },
  rotate: { by: "person", page: "https://dashboard.stripe.com/apikeys" },
};
