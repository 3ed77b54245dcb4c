import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const nylas: Provider = {
  id: "nylas",
  title: "Nylas",
  kind: "generic",
  website: "https://www.nylas.com",
  docs: "https://developer.nylas.com/docs/v3/auth/",
  credentials: [
    {
      id: "nylas-api-key",
      title: "Nylas API key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(8799),
      ...layout(["nyk_{alnum 67}", "nyk_v0_{alnum 64}"]),
    },
  ],
  variables: { NYLAS_API_KEY: "value" },
  hosts: ["api.us.nylas.com", "api.eu.nylas.com"],
  packages: { python: ["nylas"], npm: ["nylas"] },
  rotate: { by: "person", page: "https://dashboard-v3.nylas.com" },
  verify: {
    method: "GET",
    url: "https://api.us.nylas.com/v3/webhooks?limit=1",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
