import { named } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const mixpanel: Provider = {
  id: "mixpanel",
  title: "Mixpanel",
  kind: "generic",
  website: "https://mixpanel.com",
  docs: "https://docs.mixpanel.com/docs/orgs-and-projects/managing-projects#project-details",
  credentials: [
    {
      id: "mixpanel-secret",
      title: "Mixpanel API or service-account secret",
      severity: "medium",
      actsFor: "machine",
      cite: trufflehog("0c3be571e2365efbf22e770040ab13e80f17e811/pkg/detectors/mixpanel/mixpanel.go"),
      ...named(["mixpanel_secret", "mixpanel_api_secret", "mixpanel_service_account_secret"], "{alnum 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "token", secret: false },
    { name: "username", secret: false },
  ],
  variables: {
    MIXPANEL_SECRET: "value",
    MIXPANEL_API_SECRET: "value",
    MIXPANEL_SERVICE_ACCOUNT_SECRET: "value",
    MIXPANEL_TOKEN: "token",
    MIXPANEL_SERVICE_ACCOUNT_USERNAME: "username",
  },
  hosts: ["mixpanel.com", "api.mixpanel.com"],
  packages: { python: ["mixpanel"], npm: ["mixpanel"] },
  rotate: { by: "person", page: "https://mixpanel.com/settings/project" },
};
