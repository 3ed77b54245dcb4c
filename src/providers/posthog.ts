import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks, credsweeper } from "./sources.ts";
import type { Provider } from "./types.ts";

export const posthog: Provider = {
  id: "posthog",
  title: "PostHog",
  kind: "generic",
  website: "https://posthog.com",
  docs: "https://posthog.com/docs/api",
  credentials: [
    {
      id: "posthog-personal-key",
      title: "PostHog personal API key",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(9723),
      ...layout("phx_{alnum 41-49}"),
    },
    {
      id: "posthog-access-token",
      title: "PostHog OAuth or refresh token",
      severity: "high",
      actsFor: "person",
      cite: credsweeper(2039),
      ...layout(["pha_{alnum 40-60}", "phr_{alnum 40-60}"]),
    },
    {
      id: "posthog-secure-key",
      title: "PostHog feature flags secure key",
      severity: "medium",
      part: "flags_key",
      actsFor: "machine",
      cite: credsweeper(2039),
      ...layout("phs_{alnum 40-60}"),
    },
    {
      id: "posthog-project-key",
      title: "PostHog project API key",
      severity: "info",
      part: "project_key",
      public: true,
      actsFor: "machine",
      cite: betterleaks(9752),
      ...layout("phc_{alnum 41-44}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "flags_key", secret: true },
    { name: "project_key", secret: false },
  ],
  variables: {
    POSTHOG_PERSONAL_API_KEY: "value",
    POSTHOG_API_KEY: "project_key",
    POSTHOG_PROJECT_API_KEY: "project_key",
  },
  hosts: ["us.posthog.com", "eu.posthog.com", "app.posthog.com"],
  packages: { python: ["posthog"], npm: ["posthog-node", "posthog-js"] },
  rotate: { by: "person", page: "https://us.posthog.com/settings/user-api-keys" },
  verify: {
    method: "GET",
    url: "https://us.posthog.com/api/users/@me/",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
