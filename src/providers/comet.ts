import { beside, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const comet: Provider = {
  id: "comet",
  title: "Comet",
  kind: "experiment-tracker",
  website: "https://www.comet.com",
  docs: "https://www.comet.com/docs/v2/guides/experiment-management/configure-sdk/",
  aliases: ["comet-ml", "opik"],
  credentials: [
    {
      id: "comet-api-key",
      title: "Comet API key",
      severity: "critical",
      cite: "https://www.comet.com/docs/v2/guides/experiment-management/configure-sdk/",
      actsFor: "person",
      ...beside(["comet"], { alphabet: "alnum", min: 25 }),
    },
  ],
  variables: { COMET_API_KEY: "value", OPIK_API_KEY: "value" },
  baseUrlVariables: ["COMET_URL_OVERRIDE"],
  hosts: ["www.comet.com"],
  packages: { python: ["comet_ml", "opik"], npm: ["opik"] },
  rotate: { by: "person", page: "https://www.comet.com/api/my/settings" },
  verify: {
    method: "GET",
    url: "https://www.comet.com/api/rest/v2/workspaces",
    headers: { Authorization: "{value}" },
    verdicts: usualVerdicts,
  },
};
