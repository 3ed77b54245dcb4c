import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const bugsnag: Provider = {
  id: "bugsnag",
  title: "BugSnag",
  kind: "observability",
  website: "https://www.bugsnag.com",
  docs: "https://developer.smartbear.com/bugsnag/docs/personal-auth-tokens",
  credentials: [
    {
      id: "bugsnag-auth-token",
      title: "BugSnag personal auth token",
      severity: "medium",
      actsFor: "person",
      cite: trufflehog("0bb66ff20a4f3ac4834f60d5656b651cc92d8b6d/pkg/detectors/bugsnag/bugsnag.go"),
      ...named(["bugsnag_auth_token", "bugsnag_token", "bugsnag_personal_token"], "{uuid}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "notifier_key", secret: true },
  ],
  variables: { BUGSNAG_AUTH_TOKEN: "value", BUGSNAG_API_KEY: "notifier_key" },
  hosts: ["api.bugsnag.com"],
  packages: { python: ["bugsnag"], npm: ["@bugsnag/js"] },
  rotate: { by: "person", page: "https://app.bugsnag.com/settings/_/my-account/auth-tokens" },
  verify: {
    method: "GET",
    url: "https://api.bugsnag.com/user",
    headers: { Authorization: "token {value}" },
    verdicts: usualVerdicts,
  },
};
