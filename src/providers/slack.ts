import { BORDER } from "./format.ts";
import type { Provider } from "./types.ts";

export const slack: Provider = {
  id: "slack",
  title: "Slack",
  kind: "webhook",
  website: "https://slack.com",
  docs: "https://api.slack.com/authentication/token-types",
  credentials: [
    {
      id: "slack-webhook",
      title: "Slack webhook address",
      severity: "medium",
      part: "webhook",
      actsFor: "machine",
      cite: "https://api.slack.com/messaging/webhooks",
      prefixes: ["https://hooks.slack.com/"],
      formats: [
        {
          pattern:
            "https://hooks\\.slack\\.com/(?:services/T[A-Z0-9]{8,14}/B[A-Z0-9]{8,14}/[A-Za-z0-9]{24}|(?:workflows|triggers)/T[A-Z0-9]{8,14}/[A-Za-z0-9_/-]{30,120})(?![A-Za-z0-9])",
          literals: ["hooks.slack.com/"],
          maxLength: 180,
        },
      ],
      hits: [
        [
          "https://hooks.slack.com/services/T",
          { random: "upper", length: 10 },
          "/B",
          { random: "upper", length: 10 },
          "/",
          { random: "alnum", length: 24 },
        ],
      ],
      misses: [
        [
          "https://hooks.slack.com/services/T",
          { random: "upper", length: 10 },
          "/B",
          { random: "upper", length: 10 },
        ],
      ],
    },
    {
      id: "slack-token",
      title: "Slack token",
      severity: "high",
      part: "token",
      kind: "generic",
      actsFor: "machine",
      prefixes: ["xoxb-", "xoxp-", "xapp-"],
      formats: [
        {
          pattern: `${BORDER}(?:xox[bp]-[0-9]{10,13}-[0-9]{10,13}(?:-[0-9]{10,13})?-[A-Za-z0-9]{24,64}|xapp-[0-9]-[A-Z0-9]{8,14}-[0-9]{10,13}-[0-9a-f]{64})(?![A-Za-z0-9])`,
          literals: ["xoxb-", "xoxp-", "xapp-"],
          maxLength: 130,
        },
      ],
      hits: [
        [
          "xoxb-",
          { random: "digits", length: 12 },
          "-",
          { random: "digits", length: 12 },
          "-",
          { random: "alnum", length: 24 },
        ],
        [
          "xapp-1-A",
          { random: "upper", length: 10 },
          "-",
          { random: "digits", length: 13 },
          "-",
          { random: "hex", length: 64 },
        ],
      ],
      misses: [["xoxb-", { random: "digits", length: 12 }, "-", { random: "alnum", length: 24 }]],
    },
  ],
  parts: [
    { name: "webhook", secret: true },
    { name: "token", secret: true },
  ],
  variables: {
    SLACK_WEBHOOK_URL: "webhook",
    SLACK_WEBHOOK: "webhook",
    SLACK_BOT_TOKEN: "token",
    SLACK_TOKEN: "token",
    SLACK_APP_TOKEN: "token",
  },
  hosts: ["hooks.slack.com", "slack.com"],
  packages: { python: ["slack_sdk", "slack_bolt"], npm: ["@slack/webhook", "@slack/web-api", "@slack/bolt"] },
  rotate: { by: "person", page: "https://api.slack.com/apps" },
  ciActions: ["slackapi/slack-github-action"],
};
