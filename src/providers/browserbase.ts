import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const browserbase: Provider = {
  id: "browserbase",
  title: "Browserbase",
  kind: "generic",
  website: "https://www.browserbase.com",
  docs: "https://docs.browserbase.com",
  credentials: [
    {
      id: "browserbase-api-key",
      title: "Browserbase API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/browserbase.yml",
      actsFor: "machine",
      ...prefixed(["bb_live_", "bb_test_"], { alphabet: "base64url", min: 27 }),
    },
  ],
  variables: { BROWSERBASE_API_KEY: "value" },
  hosts: ["api.browserbase.com", "connect.browserbase.com"],
  packages: { python: ["browserbase"], npm: ["@browserbasehq/sdk", "@browserbasehq/stagehand"] },
  rotate: { by: "person", page: "https://www.browserbase.com/settings" },
};
