import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const growthbook: Provider = {
  id: "growthbook",
  title: "GrowthBook",
  kind: "observability",
  website: "https://www.growthbook.io",
  docs: "https://docs.growthbook.io/api/",
  credentials: [
    {
      id: "growthbook-secret-key",
      title: "GrowthBook secret key",
      severity: "high",
      cite: "https://docs.growthbook.io/api/",
      actsFor: "machine",
      ...named(
        ["growthbook_api_key", "growthbook_secret_key", "gb_api_key"],
        ["secret_", { alphabet: "base64url", min: 20, max: 64 }],
      ),
    },
  ],
  variables: { GROWTHBOOK_API_KEY: "value", GROWTHBOOK_SECRET_KEY: "value" },
  hosts: ["api.growthbook.io"],
  packages: { python: ["growthbook"], npm: ["@growthbook/growthbook"] },
  rotate: { by: "person", page: "https://app.growthbook.io/settings/keys" },
};
