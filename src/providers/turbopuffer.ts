import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const turbopuffer: Provider = {
  id: "turbopuffer",
  title: "turbopuffer",
  kind: "vector-database",
  website: "https://turbopuffer.com",
  docs: "https://turbopuffer.com/docs/auth",
  credentials: [
    {
      id: "turbopuffer-api-key",
      title: "turbopuffer API key",
      severity: "critical",
      cite: "https://turbopuffer.com/docs/auth",
      actsFor: "machine",
      ...prefixed("tpuf_", { alphabet: "alnum", min: 24, max: 64 }, { minEntropy: 3 }),
    },
  ],
  variables: { TURBOPUFFER_API_KEY: "value" },
  hosts: ["api.turbopuffer.com", "*.turbopuffer.com"],
  packages: { python: ["turbopuffer"], npm: ["@turbopuffer/turbopuffer"] },
  rotate: { by: "person", page: "https://turbopuffer.com/dashboard" },
};
