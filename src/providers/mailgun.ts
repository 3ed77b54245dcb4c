import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const mailgun: Provider = {
  id: "mailgun",
  title: "Mailgun",
  kind: "generic",
  website: "https://www.mailgun.com",
  docs: "https://documentation.mailgun.com/docs/mailgun/user-manual/api-key-mgmt/",
  credentials: [
    {
      id: "mailgun-api-key",
      title: "Mailgun API key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(8082),
      ...named(
        ["mailgun_api_key", "mailgun_private_api_key", "mailgun_key", "mailgun_token", "mailgun_secret"],
        ["key-{hex 32}", "{hex 32}-{hex 8}-{hex 8}"],
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "signing_key", secret: true },
  ],
  variables: {
    MAILGUN_API_KEY: "value",
    MAILGUN_PRIVATE_API_KEY: "value",
    MAILGUN_WEBHOOK_SIGNING_KEY: "signing_key",
  },
  hosts: ["api.mailgun.net", "api.eu.mailgun.net"],
  packages: { python: ["mailgun"], npm: ["mailgun.js", "mailgun-js"] },
  rotate: { by: "person", page: "https://app.mailgun.com/settings/api_security" },
};
