import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const pinterest: Provider = {
  id: "pinterest",
  title: "Pinterest",
  kind: "generic",
  website: "https://www.pinterest.com",
  docs: "https://developers.pinterest.com/docs/getting-started/authentication-and-scopes/",
  credentials: [
    {
      id: "pinterest-access-token",
      title: "Pinterest access token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(9372),
      ...layout("pina_{alnum 20-200}"),
    },
  ],
  variables: { PINTEREST_ACCESS_TOKEN: "value", PINTEREST_TOKEN: "value" },
  hosts: ["api.pinterest.com"],
  packages: { python: ["pinterest-api-sdk"] },
  rotate: { by: "person", page: "https://developers.pinterest.com/apps/" },
  verify: {
    method: "GET",
    url: "https://api.pinterest.com/v5/user_account",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
