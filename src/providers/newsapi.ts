import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const newsapi: Provider = {
  id: "newsapi",
  title: "NewsAPI",
  kind: "training-data",
  website: "https://newsapi.org",
  docs: "https://newsapi.org/docs/authentication",
  credentials: [
    {
      id: "newsapi-api-key",
      title: "NewsAPI API key",
      severity: "low",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.newsapi",
      actsFor: "machine",
      ...named(["newsapi_key", "newsapi_api_key", "news_api_key"], { alphabet: "hex", min: 32 }),
    },
  ],
  variables: { NEWSAPI_KEY: "value", NEWSAPI_API_KEY: "value", NEWS_API_KEY: "value" },
  hosts: ["newsapi.org"],
  packages: { python: ["newsapi", "newsapi-python"], npm: ["newsapi"] },
  rotate: { by: "person", page: "https://newsapi.org/account" },
};
