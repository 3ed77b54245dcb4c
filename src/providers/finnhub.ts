import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const finnhub: Provider = {
  id: "finnhub",
  title: "Finnhub",
  kind: "generic",
  website: "https://finnhub.io",
  docs: "https://finnhub.io/docs/api/authentication",
  credentials: [
    {
      id: "finnhub-api-key",
      title: "Finnhub API key",
      severity: "low",
      actsFor: "machine",
      cite: betterleaks(3549),
      ...named(["finnhub_api_key", "finnhub_token", "finnhub_key"], ["{lower 20}", "{lower 40}"]),
    },
  ],
  variables: { FINNHUB_API_KEY: "value", FINNHUB_TOKEN: "value" },
  hosts: ["finnhub.io"],
  packages: { python: ["finnhub-python"], npm: ["finnhub"] },
  rotate: { by: "person", page: "https://finnhub.io/dashboard" },
};
