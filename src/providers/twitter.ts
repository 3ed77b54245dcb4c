import { layout, named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const twitter: Provider = {
  id: "twitter",
  title: "X (Twitter)",
  kind: "generic",
  website: "https://x.com",
  docs: "https://docs.x.com/fundamentals/authentication/overview",
  credentials: [
    {
      id: "twitter-bearer-token",
      title: "X bearer token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(11905),
      ...layout([
        "AAAAAAAAAAAAAAAAAAAAAA{base64url 20-40}%3D{alnum 30-60}",
        "AAAAAAAAAAAAAAAAAAAAAA{alnum 80-100}",
      ]),
    },
    {
      id: "twitter-access-token",
      title: "X access token",
      severity: "medium",
      part: "access_token",
      actsFor: "person",
      cite: betterleaks(11866),
      ...named(
        ["twitter_access_token", "twitter_token", "twitter_oauth_token"],
        "{digits 15-25}-{alnum 20-40}",
      ),
    },
    {
      id: "twitter-access-secret",
      title: "X access token secret",
      severity: "high",
      part: "access_token_secret",
      actsFor: "person",
      cite: betterleaks(11853),
      ...named(
        [
          "twitter_access_token_secret",
          "twitter_access_secret",
          "twitter_token_secret",
          "twitter_oauth_token_secret",
        ],
        "{alnum 45}",
      ),
    },
    {
      id: "twitter-api-secret",
      title: "X API secret",
      severity: "high",
      part: "api_secret",
      actsFor: "machine",
      cite: betterleaks(11892),
      ...named(
        ["twitter_api_secret", "twitter_consumer_secret", "twitter_api_key_secret", "twitter_secret"],
        "{alnum 50}",
      ),
    },
    {
      id: "twitter-api-key",
      title: "X API key",
      severity: "low",
      part: "api_key",
      actsFor: "machine",
      cite: betterleaks(11879),
      ...named(["twitter_api_key", "twitter_consumer_key"], "{alnum 25}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "access_token", secret: true },
    { name: "access_token_secret", secret: true },
    { name: "api_secret", secret: true },
    { name: "api_key", secret: false, needs: "api_secret" },
  ],
  variables: {
    TWITTER_BEARER_TOKEN: "value",
    TWITTER_API_SECRET: "api_secret",
    TWITTER_CONSUMER_SECRET: "api_secret",
    TWITTER_API_KEY: "api_key",
    TWITTER_CONSUMER_KEY: "api_key",
    TWITTER_ACCESS_TOKEN: "access_token",
    TWITTER_ACCESS_TOKEN_SECRET: "access_token_secret",
    TWITTER_ACCESS_SECRET: "access_token_secret",
    X_BEARER_TOKEN: "value",
  },
  hosts: ["api.x.com", "api.twitter.com"],
  packages: { python: ["tweepy"], npm: ["twitter-api-v2"] },
  rotate: { by: "person", page: "https://developer.x.com/en/portal/dashboard" },
};
