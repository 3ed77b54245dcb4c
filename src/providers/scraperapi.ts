import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const scraperapi: Provider = {
  id: "scraperapi",
  title: "ScraperAPI",
  kind: "generic",
  website: "https://www.scraperapi.com",
  docs: "https://docs.scraperapi.com",
  credentials: [
    {
      id: "scraperapi-api-key",
      title: "ScraperAPI API key",
      severity: "medium",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.scraperapi",
      actsFor: "machine",
      ...named(["scraperapi_key", "scraper_api_key", "scraperapi_api_key"], { alphabet: "alnum", min: 32 }),
    },
  ],
  variables: { SCRAPERAPI_KEY: "value", SCRAPERAPI_API_KEY: "value" },
  hosts: ["api.scraperapi.com"],
  packages: { python: ["scraperapi-sdk"], npm: ["scraperapi-sdk"] },
  rotate: { by: "person", page: "https://dashboard.scraperapi.com" },
};
