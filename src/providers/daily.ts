import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const daily: Provider = {
  id: "daily",
  title: "Daily",
  kind: "generic",
  website: "https://www.daily.co",
  docs: "https://docs.daily.co/reference/rest-api",
  credentials: [
    {
      id: "daily-api-key",
      title: "Daily API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.daily",
      actsFor: "machine",
      ...named(["daily_api_key", "daily_co_api_key", "dailyco_api_key"], { alphabet: "hex", min: 64 }),
    },
  ],
  variables: { DAILY_API_KEY: "value" },
  hosts: ["api.daily.co"],
  packages: { python: ["daily-python"], npm: ["@daily-co/daily-js"] },
  rotate: { by: "person", page: "https://dashboard.daily.co/developers" },
};
