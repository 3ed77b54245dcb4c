import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const samsara: Provider = {
  id: "samsara",
  title: "Samsara",
  kind: "generic",
  website: "https://www.samsara.com",
  docs: "https://developers.samsara.com/docs/authentication",
  credentials: [
    {
      id: "samsara-api-token",
      title: "Samsara API token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(10311),
      ...layout("samsara_api_{alnum 26-32}"),
    },
  ],
  variables: { SAMSARA_API_TOKEN: "value", SAMSARA_API_KEY: "value" },
  hosts: ["api.samsara.com"],
  packages: {},
  rotate: { by: "person", page: "https://cloud.samsara.com" },
  verify: { method: "GET", url: "https://api.samsara.com/me", headers: bearer, verdicts: usualVerdicts },
};
