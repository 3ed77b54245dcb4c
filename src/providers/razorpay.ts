import { layout, named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const razorpay: Provider = {
  id: "razorpay",
  title: "Razorpay",
  kind: "generic",
  website: "https://razorpay.com",
  docs: "https://razorpay.com/docs/payments/dashboard/account-settings/api-keys/",
  credentials: [
    {
      id: "razorpay-key-id",
      title: "Razorpay key id",
      severity: "low",
      part: "key_id",
      actsFor: "machine",
      cite: betterleaks(9988),
      ...layout("rzp_live_{alnum 14}"),
    },
    {
      id: "razorpay-key-secret",
      title: "Razorpay key secret",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(10005),
      ...named(
        ["razorpay_key_secret", "razorpay_secret", "razorpay_api_secret", "razorpay_secret_key"],
        "{alnum 24}",
      ),
    },
  ],
  parts: [
    { name: "key_id", secret: false },
    { name: "value", secret: true },
  ],
  variables: { RAZORPAY_KEY_SECRET: "value", RAZORPAY_KEY_ID: "key_id" },
  hosts: ["api.razorpay.com"],
  packages: { python: ["razorpay"], npm: ["razorpay"] },
  rotate: { by: "person", page: "https://dashboard.razorpay.com/app/website-app-settings/api-keys" },
};
