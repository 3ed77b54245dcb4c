import { BORDER, prefixed } from "./format.ts";
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
      id: "google-express-api-key",
      title: "Google API key bound to a service account (Gemini, Vertex AI express mode)",
      severity: "critical",
      kind: "model-api",
      actsFor: "machine",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.gcp",
      ...prefixed("AQ.Ab8R", { alphabet: "base64url", min: 44, max: 48 }),
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
            '\\\\*"type\\\\*"\\s*:\\s*\\\\*"service_account\\\\*"[^{}]{0,500}?\\\\*"private_key\\\\*"\\s*:\\s*\\\\*"(-----BEGIN PRIVATE KEY-----[A-Za-z0-9+/=\\\\\\s]{64,3800}?-----END PRIVATE KEY-----)',
          literals: ["service_account"],
          maxLength: 4600,
          before: 40,
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
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.google",
      actsFor: "machine",
      ...prefixed("GOCSPX-", { alphabet: "base64url", min: 28 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "service_account", secret: true },
    { name: "project", secret: false },
  ],
  variables: {
    GEMINI_API_KEY: "value",
    GOOGLE_API_KEY: "value",
    GOOGLE_GENERATIVE_AI_API_KEY: "value",
    GOOGLE_APPLICATION_CREDENTIALS: "service_account",
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
