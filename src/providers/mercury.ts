import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const mercury: Provider = {
  id: "mercury",
  title: "Mercury",
  kind: "generic",
  website: "https://mercury.com",
  docs: "https://docs.mercury.com/docs/getting-started",
  credentials: [
    {
      id: "mercury-api-token",
      title: "Mercury API token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(8184),
      ...layout("mercury_production_{lower 3-6}_{alnum 40-50}_yrucrem"),
    },
  ],
  variables: { MERCURY_API_TOKEN: "value", MERCURY_API_KEY: "value" },
  hosts: ["api.mercury.com"],
  packages: {},
  rotate: { by: "person", page: "https://app.mercury.com/settings/tokens" },
  verify: {
    method: "GET",
    url: "https://api.mercury.com/api/v1/accounts",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
