import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const onesignal: Provider = {
  id: "onesignal",
  title: "OneSignal",
  kind: "generic",
  website: "https://onesignal.com",
  docs: "https://documentation.onesignal.com/docs/en/keys-and-ids",
  credentials: [
    {
      id: "onesignal-api-key",
      title: "OneSignal API key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(8886),
      ...layout(["os_v2_app_{base32 103}", "os_v2_org_{base32 103}"]),
    },
  ],
  variables: { ONESIGNAL_API_KEY: "value", ONESIGNAL_REST_API_KEY: "value" },
  hosts: ["api.onesignal.com"],
  packages: { python: ["onesignal-python-api"], npm: ["@onesignal/node-onesignal"] },
  rotate: { by: "person", page: "https://dashboard.onesignal.com" },
};
