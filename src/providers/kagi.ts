import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const kagi: Provider = {
  id: "kagi",
  title: "Kagi",
  kind: "generic",
  website: "https://kagi.com",
  docs: "https://help.kagi.com/kagi/api/overview.html",
  credentials: [
    {
      id: "kagi-api-key",
      title: "Kagi API key",
      severity: "medium",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.kagi",
      actsFor: "machine",
      ...named(
        ["kagi_api_key", "kagi_token"],
        [{ alphabet: "base64url", min: 11 }, ".", { alphabet: "base64url", min: 43 }],
      ),
    },
  ],
  variables: { KAGI_API_KEY: "value" },
  hosts: ["kagi.com"],
  packages: { python: ["kagiapi"] },
  rotate: { by: "person", page: "https://kagi.com/settings?p=api" },
};
