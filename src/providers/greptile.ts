import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const greptile: Provider = {
  id: "greptile",
  title: "Greptile",
  kind: "model-api",
  website: "https://www.greptile.com",
  docs: "https://www.greptile.com/docs",
  credentials: [
    {
      id: "greptile-api-key",
      title: "Greptile API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/greptile.yml",
      actsFor: "machine",
      ...named(["greptile_api_key"], { alphabet: "base64", min: 48 }),
    },
  ],
  variables: { GREPTILE_API_KEY: "value" },
  hosts: ["api.greptile.com"],
  packages: {},
  rotate: { by: "person", page: "https://app.greptile.com" },
};
