import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const mailersend: Provider = {
  id: "mailersend",
  title: "MailerSend",
  kind: "generic",
  website: "https://www.mailersend.com",
  docs: "https://developers.mailersend.com/general.html#authentication",
  credentials: [
    {
      id: "mailersend-api-token",
      title: "MailerSend API token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(8058),
      ...layout("mlsn.{alnum 30-100}"),
    },
  ],
  variables: { MAILERSEND_API_KEY: "value", MAILERSEND_API_TOKEN: "value" },
  hosts: ["api.mailersend.com"],
  packages: { python: ["mailersend"], npm: ["mailersend"] },
  rotate: { by: "person", page: "https://app.mailersend.com/api-tokens" },
  verify: {
    method: "GET",
    url: "https://api.mailersend.com/v1/api-quota",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
