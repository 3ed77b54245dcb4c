import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const mailchimp: Provider = {
  id: "mailchimp",
  title: "Mailchimp",
  kind: "generic",
  website: "https://mailchimp.com",
  docs: "https://mailchimp.com/developer/marketing/guides/quick-start/",
  credentials: [
    {
      id: "mailchimp-api-key",
      title: "Mailchimp API key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(8016),
      ...layout("{hex 32}-us{digits 1-2}"),
    },
  ],
  variables: { MAILCHIMP_API_KEY: "value" },
  hosts: ["*.api.mailchimp.com"],
  packages: { python: ["mailchimp-marketing", "mailchimp3"], npm: ["@mailchimp/mailchimp_marketing"] },
  rotate: { by: "person", page: "https://admin.mailchimp.com/account/api/" },
};
