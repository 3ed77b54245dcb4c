import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const browserUse: Provider = {
  id: "browser-use",
  title: "Browser Use",
  kind: "generic",
  website: "https://browser-use.com",
  docs: "https://docs.browser-use.com",
  credentials: [
    {
      id: "browser-use-api-key",
      title: "Browser Use API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.browseruse",
      actsFor: "machine",
      ...named(["browser_use_api_key"], ["bu_", { alphabet: "base64url", min: 42, max: 46 }]),
    },
  ],
  variables: { BROWSER_USE_API_KEY: "value" },
  hosts: ["api.browser-use.com"],
  packages: { python: ["browser_use", "browser-use-sdk"], npm: ["browser-use-sdk"] },
  rotate: { by: "person", page: "https://cloud.browser-use.com/settings" },
};
