import { bearer, prefixed, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const neon: Provider = {
  id: "neon",
  title: "Neon",
  kind: "database",
  website: "https://neon.com",
  docs: "https://neon.com/docs/manage/api-keys",
  credentials: [
    {
      id: "neon-api-key",
      title: "Neon API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.neon",
      actsFor: "machine",
      ...prefixed("napi_", { alphabet: "alnum", min: 64 }),
    },
  ],
  variables: { NEON_API_KEY: "value" },
  hosts: ["console.neon.tech"],
  packages: {
    python: ["neon-api"],
    npm: ["@neondatabase/serverless", "@neondatabase/api-client", "neonctl"],
  },
  rotate: { by: "api", page: "https://console.neon.tech/app/settings/api-keys" },
  verify: {
    method: "GET",
    url: "https://console.neon.tech/api/v2/projects?limit=1",
    headers: bearer,
    verdicts: usualVerdicts,
  },
  ciActions: ["neondatabase/create-branch-action", "neondatabase/delete-branch-action"],
};
