import { UUID, named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const nango: Provider = {
  id: "nango",
  title: "Nango",
  kind: "generic",
  website: "https://nango.dev",
  docs: "https://docs.nango.dev",
  credentials: [
    {
      id: "nango-secret-key",
      title: "Nango secret key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.nango",
      actsFor: "machine",
      ...named(["nango_secret_key", "nango_api_key"], UUID),
    },
  ],
  variables: { NANGO_SECRET_KEY: "value" },
  hosts: ["api.nango.dev"],
  packages: { python: [], npm: ["@nangohq/node"] },
  rotate: { by: "person", page: "https://app.nango.dev" },
};
