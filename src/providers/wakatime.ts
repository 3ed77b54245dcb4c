import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const wakatime: Provider = {
  id: "wakatime",
  title: "WakaTime",
  kind: "generic",
  website: "https://wakatime.com",
  docs: "https://wakatime.com/developers#authentication",
  credentials: [
    {
      id: "wakatime-api-key",
      title: "WakaTime API key",
      severity: "low",
      actsFor: "person",
      cite: betterleaks(12455),
      ...layout(["waka_{uuid}", "waka_{lower 36-64}"]),
    },
  ],
  variables: { WAKATIME_API_KEY: "value" },
  hosts: ["api.wakatime.com", "wakatime.com"],
  packages: { python: ["wakatime"] },
  rotate: { by: "person", page: "https://wakatime.com/settings/api-key" },
};
