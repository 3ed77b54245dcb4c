import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const finnhub: Provider = {
  id: "finnhub",
  title: "Finnhub",
  kind: "training-data",
  website: "https://finnhub.io",
  docs: "https://finnhub.io/docs/api",
  credentials: [
    {
      id: "finnhub-api-key",
      title: "Finnhub API key",
      severity: "medium",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.finnhub",
      actsFor: "machine",
      ...named(["finnhub_api_key", "finnhub_token", "finnhub_key"], { alphabet: "lower", min: 20 }),
    },
  ],
  variables: { FINNHUB_API_KEY: "value" },
  hosts: ["finnhub.io"],
  packages: { python: ["finnhub", "finnhub-python"], npm: ["finnhub"] },
  rotate: { by: "person", page: "https://finnhub.io/dashboard" },
};
