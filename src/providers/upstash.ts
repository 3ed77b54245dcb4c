import { prefixed } from "./format.ts";
import { UUID, named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const upstash: Provider = {
  id: "upstash",
  title: "Upstash",
  kind: "database",
  website: "https://upstash.com",
  docs: "https://upstash.com/docs",
  aliases: ["qstash"],
  credentials: [
    {
      id: "upstash-rest-token",
      title: "Upstash REST token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.upstash",
      actsFor: "machine",
      ...named(
        [
          "upstash_redis_rest_token",
          "upstash_vector_rest_token",
          "upstash_search_rest_token",
          "kv_rest_api_token",
        ],
        { alphabet: "alnum", min: 36, max: 120 },
      ),
    },
    {
      id: "upstash-management-key",
      title: "Upstash management API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.upstash",
      actsFor: "machine",
      part: "management_key",
      ...named(["upstash_api_key", "upstash_management_api_key"], UUID),
    },
    {
      id: "qstash-token",
      title: "QStash token",
      severity: "critical",
      cite: "https://upstash.com/docs/qstash/howto/signature",
      actsFor: "machine",
      part: "qstash_token",
      ...prefixed("eyJVc2VySUQiOi", { alphabet: "base64", min: 60, max: 200 }),
    },
    {
      id: "qstash-signing-key",
      title: "QStash signing key",
      severity: "high",
      cite: "https://upstash.com/docs/qstash/howto/signature",
      actsFor: "machine",
      part: "signing_key",
      kind: "webhook",
      ...named(
        ["qstash_current_signing_key", "qstash_next_signing_key"],
        ["sig_", { alphabet: "alnum", min: 24, max: 40 }],
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "management_key", secret: true },
    { name: "qstash_token", secret: true },
    { name: "signing_key", secret: true },
    { name: "url", secret: false },
  ],
  variables: {
    UPSTASH_REDIS_REST_TOKEN: "value",
    UPSTASH_VECTOR_REST_TOKEN: "value",
    UPSTASH_SEARCH_REST_TOKEN: "value",
    KV_REST_API_TOKEN: "value",
    UPSTASH_API_KEY: "management_key",
    QSTASH_TOKEN: "qstash_token",
    QSTASH_CURRENT_SIGNING_KEY: "signing_key",
    QSTASH_NEXT_SIGNING_KEY: "signing_key",
    UPSTASH_REDIS_REST_URL: "url",
  },
  hosts: ["api.upstash.com", "*.upstash.io", "qstash.upstash.io"],
  packages: {
    python: ["upstash_redis", "upstash_vector", "qstash"],
    npm: ["@upstash/redis", "@upstash/vector", "@upstash/qstash", "@upstash/ratelimit"],
  },
  rotate: { by: "person", page: "https://console.upstash.com" },
};
