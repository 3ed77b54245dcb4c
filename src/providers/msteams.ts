import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const msteams: Provider = {
  id: "msteams",
  title: "Microsoft Teams",
  kind: "webhook",
  website: "https://www.microsoft.com/microsoft-teams",
  docs: "https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook",
  aliases: ["teams"],
  credentials: [
    {
      // The tenant's name stands before the first dot and is not part of the value.
      id: "msteams-webhook",
      title: "Microsoft Teams webhook address",
      severity: "medium",
      actsFor: "machine",
      cite: betterleaks(8266),
      ...layout(".webhook.office.com/webhookb2/{uuid}@{uuid}/IncomingWebhook/{lower 32}/{uuid}"),
    },
  ],
  variables: {
    TEAMS_WEBHOOK_URL: "value",
    MS_TEAMS_WEBHOOK_URI: "value",
    MSTEAMS_WEBHOOK: "value",
    TEAMS_WEBHOOK: "value",
  },
  hosts: ["*.webhook.office.com"],
  packages: { python: ["pymsteams"], npm: ["ms-teams-webhook"] },
  rotate: {
    by: "person",
    page: "https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook",
  },
};
