import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const tinybird: Provider = {
  id: "tinybird",
  title: "Tinybird",
  kind: "training-data",
  website: "https://www.tinybird.co",
  docs: "https://www.tinybird.co/docs/forward/administration/tokens",
  credentials: [
    {
      id: "tinybird-token",
      title: "Tinybird token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.tinybird",
      actsFor: "machine",
      ...sequence([
        "p.eyJ1I",
        { alphabet: "base64url", min: 80, max: 260 },
        ".",
        { alphabet: "base64url", min: 43 },
      ]),
    },
  ],
  variables: { TINYBIRD_TOKEN: "value", TB_ADMIN_TOKEN: "value", TB_TOKEN: "value" },
  hosts: ["api.tinybird.co", "*.tinybird.co"],
  packages: { python: ["tinybird", "tinybird-cli"], npm: ["@chronark/zod-bird"] },
  rotate: { by: "person", page: "https://cloud.tinybird.co" },
};
