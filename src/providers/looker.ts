import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const looker: Provider = {
  id: "looker",
  title: "Looker",
  kind: "training-data",
  website: "https://cloud.google.com/looker",
  docs: "https://cloud.google.com/looker/docs/api-auth",
  credentials: [
    {
      id: "looker-client-secret",
      title: "Looker API client secret",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.looker",
      actsFor: "machine",
      ...named(
        ["lookersdk_client_secret", "looker_client_secret", "looker_api_client_secret", "looker_secret"],
        { alphabet: "alnum", min: 24 },
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
    { name: "base_url", secret: false },
  ],
  variables: {
    LOOKERSDK_CLIENT_SECRET: "value",
    LOOKER_CLIENT_SECRET: "value",
    LOOKERSDK_CLIENT_ID: "client_id",
    LOOKERSDK_BASE_URL: "base_url",
  },
  hosts: ["*.looker.com", "*.cloud.looker.com"],
  packages: { python: ["looker_sdk"], npm: ["@looker/sdk-node"] },
  rotate: { by: "api", page: "https://cloud.google.com/looker/docs/api-auth" },
};
