import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const linkedin: Provider = {
  id: "linkedin",
  title: "LinkedIn",
  kind: "generic",
  website: "https://www.linkedin.com",
  docs: "https://learn.microsoft.com/linkedin/shared/authentication/client-credentials-flow",
  credentials: [
    {
      id: "linkedin-client-secret",
      title: "LinkedIn client secret",
      severity: "medium",
      actsFor: "machine",
      cite: betterleaks(7926),
      ...named(["linkedin_client_secret", "linkedin_secret", "linked_in_client_secret"], "{alnum 16}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
    { name: "access_token", secret: true },
  ],
  variables: {
    LINKEDIN_CLIENT_SECRET: "value",
    LINKEDIN_CLIENT_ID: "client_id",
    LINKEDIN_ACCESS_TOKEN: "access_token",
  },
  hosts: ["api.linkedin.com"],
  packages: { python: ["linkedin-api"], npm: ["linkedin-api-client"] },
  rotate: { by: "person", page: "https://www.linkedin.com/developers/apps" },
};
