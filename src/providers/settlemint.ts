import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const settlemint: Provider = {
  id: "settlemint",
  title: "SettleMint",
  kind: "generic",
  website: "https://www.settlemint.com",
  docs: "https://console.settlemint.com/documentation",
  credentials: [
    {
      id: "settlemint-application-token",
      title: "SettleMint application access token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(10579),
      ...layout("sm_aat_{alnum 16}"),
    },
    {
      id: "settlemint-service-token",
      title: "SettleMint service access token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(10605),
      ...layout("sm_sat_{alnum 16}"),
    },
    {
      id: "settlemint-personal-token",
      title: "SettleMint personal access token",
      severity: "high",
      part: "personal_token",
      actsFor: "person",
      cite: betterleaks(10592),
      ...layout("sm_pat_{alnum 16}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "personal_token", secret: true },
  ],
  variables: { SETTLEMINT_ACCESS_TOKEN: "value", SETTLEMINT_PERSONAL_ACCESS_TOKEN: "personal_token" },
  hosts: ["console.settlemint.com"],
  packages: { npm: ["@settlemint/sdk-cli"] },
  rotate: { by: "person", page: "https://console.settlemint.com" },
};
