import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const xata: Provider = {
  id: "xata",
  title: "Xata",
  kind: "database",
  website: "https://xata.io",
  docs: "https://xata.io/docs",
  credentials: [
    {
      id: "xata-api-key",
      title: "Xata API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.xata",
      actsFor: "machine",
      ...prefixed("xau_", { alphabet: "alnum", min: 33 }),
    },
  ],
  variables: { XATA_API_KEY: "value" },
  hosts: ["api.xata.io", "*.xata.sh"],
  packages: { python: ["xata"], npm: ["@xata.io/client"] },
  rotate: { by: "person", page: "https://app.xata.io/settings" },
};
