import { BORDER, prefixed } from "./format.ts";
import { layout } from "./layout.ts";
import { credsweeper } from "./sources.ts";
import type { Provider } from "./types.ts";

export const google: Provider = {
  id: "google",
  title: "Google",
  kind: "cloud",
  website: "https://cloud.google.com",
  docs: "https://cloud.google.com/docs/authentication",
  aliases: ["gemini", "gcp", "vertex"],
  credentials: [
    {
      id: "google-api-key",
      title: "Google API key (Gemini, Maps and others)",
      severity: "high",
      kind: "model-api",
      actsFor: "machine",
      cite: "https://cloud.google.com/docs/authentication/api-keys",
      prefixes: ["AIza"],
      formats: [
        {
          pattern: `${BORDER}AIza[A-Za-z0-9_\\-]{35}(?![A-Za-z0-9_\\-+/])`,
          literals: ["AIza"],
          maxLength: 39,
        },
      ],
      hits: [["AIza", { random: "base64url", length: 35 }]],
      misses: [
        ["AIza", { random: "base64url", length: 34 }],
        ["AIza", { random: "base64url", length: 36 }],
      ],
    },
    {
      id: "google-service-account",
      title: "Google service-account key",
      severity: "critical",
      actsFor: "machine",
      part: "service_account",
      cite: "https://cloud.google.com/iam/docs/keys-create-delete",
      formats: [
        {
          pattern:
            '(?<="type\\\\{0,3}"\\s{0,8}:\\s{0,8}\\\\{0,3}")service_account\\\\{0,3}"[^{}]{0,500}?"private_key\\\\{0,3}"\\s{0,8}:\\s{0,8}\\\\{0,3}"(-----BEGIN PRIVATE KEY-----[A-Za-z0-9+/=\\\\\\s]{64,3800}?-----END PRIVATE KEY-----)',
          literals: ["service_account"],
          maxLength: 4600,
          before: 0,
          decode: "pem",
        },
      ],
      hits: [
        [
          '{"type": "service_account", "project_id": "acme-train", "private_key": "-----BEGIN PRIVATE KEY-----\\n',
          { random: "base64", length: 64 },
          "\\n",
          { random: "base64", length: 64 },
          '\\n-----END PRIVATE KEY-----\\n"}',
        ],
      ],
      misses: [['{"type": "service_account", "project_id": "acme-train", "private_key": "see the vault"}']],
    },
    {
      id: "google-oauth-client-secret",
      title: "Google OAuth client secret",
      severity: "high",
      actsFor: "machine",
      part: "oauth_client_secret",
      cite: credsweeper(463),
      ...prefixed("GOCSPX-", { alphabet: "base64url", min: 28 }),
    },
    {
      id: "google-oauth-access-token",
      title: "Google OAuth access token",
      severity: "high",
      actsFor: "person",
      part: "oauth_access_token",
      cite: credsweeper(477),
      ...layout("ya29.{base64url 40-1200}"),
    },
    {
      id: "google-oauth-refresh-token",
      title: "Google OAuth refresh token",
      severity: "critical",
      actsFor: "person",
      part: "oauth_refresh_token",
      cite: credsweeper(491),
      ...layout("1//0{base64url 80-300}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "service_account", secret: true },
    { name: "oauth_client_secret", secret: true },
    { name: "oauth_access_token", secret: true },
    { name: "oauth_refresh_token", secret: true },
    { name: "project", secret: false },
  ],
  variables: {
    GEMINI_API_KEY: "value",
    GOOGLE_API_KEY: "value",
    GOOGLE_GENERATIVE_AI_API_KEY: "value",
    GOOGLE_APPLICATION_CREDENTIALS: "service_account",
    GOOGLE_CLIENT_SECRET: "oauth_client_secret",
    GOOGLE_REFRESH_TOKEN: "oauth_refresh_token",
    GOOGLE_CLOUD_PROJECT: "project",
  },
  baseUrlVariables: ["GOOGLE_GEMINI_BASE_URL"],
  hosts: ["generativelanguage.googleapis.com", "*.googleapis.com"],
  packages: {
    python: [
      "google.generativeai",
      "google-generativeai",
      "google.genai",
      "google-genai",
      "google.cloud",
      "google-cloud-storage",
      "google-cloud-bigquery",
      "google-cloud-aiplatform",
      "vertexai",
      "langchain_google_genai",
    ],
    npm: ["@google/genai", "@google/generative-ai", "@google-cloud", "@ai-sdk/google"],
  },
  rotate: { every: "90d", by: "api", page: "https://console.cloud.google.com/apis/credentials" },
  verify: {
    method: "GET",
    url: "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1",
    headers: { "x-goog-api-key": "{value}" },
    verdicts: { 200: "live", 400: "dead", 403: "limited", 429: "limited" },
  },
  ciActions: ["google-github-actions/auth"],
};
