import { bearer, usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const clerk: Provider = {
  id: "clerk",
  title: "Clerk",
  kind: "generic",
  website: "https://clerk.com",
  docs: "https://clerk.com/docs/deployments/clerk-environment-variables",
  credentials: [
    {
      // The prefix is Stripe's too: the name decides.
      id: "clerk-secret-key",
      title: "Clerk secret key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(1803),
      ...named(
        ["clerk_secret_key", "clerk_api_key", "clerk_key"],
        ["sk_live_{alnum 32-64}", "sk_test_{alnum 32-64}"],
      ),
      needsContext: false,
    },
  ],
  variables: { CLERK_SECRET_KEY: "value", CLERK_API_KEY: "value" },
  hosts: ["api.clerk.com"],
  packages: {
    python: ["clerk-backend-api"],
    npm: ["@clerk/clerk-sdk-node", "@clerk/nextjs", "@clerk/backend"],
  },
  rotate: { by: "person", page: "https://dashboard.clerk.com" },
  verify: {
    method: "GET",
    url: "https://api.clerk.com/v1/users/count",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
