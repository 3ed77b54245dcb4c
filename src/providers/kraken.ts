import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const kraken: Provider = {
  id: "kraken",
  title: "Kraken",
  kind: "generic",
  website: "https://www.kraken.com",
  docs: "https://docs.kraken.com/api/docs/guides/global-intro/",
  credentials: [
    {
      id: "kraken-api-secret",
      title: "Kraken API private key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(7544),
      ...named(
        ["kraken_api_secret", "kraken_private_key", "kraken_secret", "kraken_api_sec"],
        "{base64 86}==",
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "api_key", secret: false },
  ],
  variables: { KRAKEN_API_SECRET: "value", KRAKEN_PRIVATE_KEY: "value", KRAKEN_API_KEY: "api_key" },
  hosts: ["api.kraken.com"],
  packages: { python: ["krakenex", "python-kraken-sdk"] },
  rotate: { by: "person", page: "https://pro.kraken.com/app/settings/api" },
};
