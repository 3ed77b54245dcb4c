import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { credsweeper } from "./sources.ts";
import type { Provider } from "./types.ts";

export const sendgrid: Provider = {
  id: "sendgrid",
  title: "SendGrid",
  kind: "generic",
  website: "https://sendgrid.com",
  docs: "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
  credentials: [
    {
      id: "sendgrid-api-key",
      title: "SendGrid API key",
      severity: "high",
      actsFor: "machine",
      cite: credsweeper(723),
      ...layout("SG.{base64url 22}.{base64url 43}"),
    },
  ],
  variables: { SENDGRID_API_KEY: "value" },
  hosts: ["api.sendgrid.com"],
  packages: { python: ["sendgrid"], npm: ["@sendgrid/mail", "@sendgrid/client"] },
  rotate: { by: "person", page: "https://app.sendgrid.com/settings/api_keys" },
  verify: {
    method: "GET",
    url: "https://api.sendgrid.com/v3/scopes",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
