import { named } from "./layout.ts";
import { betterleaks, kingfisher } from "./sources.ts";
import type { Provider } from "./types.ts";

export const coinbase: Provider = {
  id: "coinbase",
  title: "Coinbase",
  kind: "generic",
  website: "https://www.coinbase.com",
  docs: "https://docs.cdp.coinbase.com/get-started/docs/cdp-api-keys/",
  credentials: [
    {
      id: "coinbase-access-token",
      title: "Coinbase access token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(2302),
      ...named(
        ["coinbase_access_token", "coinbase_token", "coinbase_api_secret", "coinbase_secret"],
        "{base64url 64}",
      ),
    },
    {
      id: "coinbase-cdp-key",
      title: "Coinbase developer platform private key",
      severity: "critical",
      part: "private_key",
      actsFor: "machine",
      cite: kingfisher(
        "f2a45c9e1c709008558765c88acfd3f8c0cb3245/crates/kingfisher-rules/data/rules/coinbase.yml",
      ),
      ...named(
        ["cdp_api_key_secret", "cdp_private_key", "coinbase_private_key", "coinbase_api_private_key"],
        "{base64 86}==",
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "private_key", secret: true },
    { name: "key_name", secret: false },
  ],
  variables: {
    COINBASE_API_SECRET: "private_key",
    COINBASE_API_KEY: "key_name",
    CDP_API_KEY_SECRET: "private_key",
    CDP_API_KEY_ID: "key_name",
    COINBASE_ACCESS_TOKEN: "value",
  },
  hosts: ["api.coinbase.com", "api.cdp.coinbase.com"],
  packages: { python: ["coinbase-advanced-py", "cdp-sdk"], npm: ["@coinbase/cdp-sdk", "coinbase-api"] },
  rotate: { by: "person", page: "https://portal.cdp.coinbase.com/access/api" },
};
