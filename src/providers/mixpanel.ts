import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const mixpanel: Provider = {
  id: "mixpanel",
  title: "Mixpanel",
  kind: "training-data",
  website: "https://mixpanel.com",
  docs: "https://developer.mixpanel.com/reference/service-accounts",
  credentials: [
    {
      id: "mixpanel-api-secret",
      title: "Mixpanel API secret",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.mixpanel",
      actsFor: "machine",
      ...named(["mixpanel_api_secret", "mixpanel_secret", "mixpanel_project_secret"], {
        alphabet: "hex",
        min: 32,
      }),
    },
    {
      id: "mixpanel-service-account-secret",
      title: "Mixpanel service-account secret",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.mixpanel",
      actsFor: "machine",
      part: "service_account_secret",
      ...named(
        ["mixpanel_service_account_secret", "mixpanel_service_account_password", "mp_service_account_secret"],
        { alphabet: "alnum", min: 32 },
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "service_account_secret", secret: true },
    { name: "token", secret: false },
  ],
  variables: {
    MIXPANEL_API_SECRET: "value",
    MIXPANEL_SERVICE_ACCOUNT_SECRET: "service_account_secret",
    MIXPANEL_TOKEN: "token",
  },
  hosts: ["mixpanel.com", "api.mixpanel.com"],
  packages: { python: ["mixpanel", "mixpanel-utils"], npm: ["mixpanel"] },
  rotate: { by: "person", page: "https://mixpanel.com/settings/org#serviceaccounts" },
};
