import { usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const brevo: Provider = {
  id: "brevo",
  title: "Brevo",
  kind: "generic",
  website: "https://www.brevo.com",
  docs: "https://developers.brevo.com/docs/getting-started",
  aliases: ["sendinblue"],
  credentials: [
    {
      id: "brevo-api-key",
      title: "Brevo API key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(10495),
      ...layout("xkeysib-{hex 64}-{alnum 16}"),
    },
  ],
  variables: { BREVO_API_KEY: "value", SENDINBLUE_API_KEY: "value" },
  hosts: ["api.brevo.com", "api.sendinblue.com"],
  packages: { python: ["brevo-python", "sib-api-v3-sdk"], npm: ["@getbrevo/brevo", "sib-api-v3-sdk"] },
  rotate: { by: "person", page: "https://app.brevo.com/settings/keys/api" },
  verify: {
    method: "GET",
    url: "https://api.brevo.com/v3/account",
    headers: { "api-key": "{value}" },
    verdicts: usualVerdicts,
  },
};
