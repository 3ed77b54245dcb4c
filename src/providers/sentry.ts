import { bearer, usualVerdicts } from "./format.ts";
import { layout, named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const sentry: Provider = {
  id: "sentry",
  title: "Sentry",
  kind: "observability",
  website: "https://sentry.io",
  docs: "https://docs.sentry.io/account/auth-tokens/",
  credentials: [
    {
      id: "sentry-organization-token",
      title: "Sentry organisation token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(10553),
      ...layout("sntrys_eyJpYXQiO{base64 60-400}{pad}_{base64 43}"),
    },
    {
      id: "sentry-user-token",
      title: "Sentry user token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(10566),
      ...layout("sntryu_{hex 64}"),
    },
    {
      id: "sentry-legacy-token",
      title: "Sentry token of the older form",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(10540),
      ...named(["sentry_auth_token", "sentry_token", "sentry_api_token"], "{hex 64}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "dsn", secret: false },
  ],
  variables: { SENTRY_AUTH_TOKEN: "value", SENTRY_DSN: "dsn", SENTRY_API_KEY: "value" },
  hosts: ["sentry.io", "*.ingest.sentry.io"],
  packages: {
    python: ["sentry-sdk"],
    npm: ["@sentry/node", "@sentry/cli", "@sentry/browser", "@sentry/nextjs"],
  },
  rotate: { by: "person", page: "https://sentry.io/settings/auth-tokens/" },
  verify: {
    method: "GET",
    url: "https://sentry.io/api/0/projects/",
    headers: bearer,
    verdicts: usualVerdicts,
  },
  ciActions: ["getsentry/action-release"],
};
