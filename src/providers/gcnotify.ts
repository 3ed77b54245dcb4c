import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const gcnotify: Provider = {
  id: "gcnotify",
  title: "GC Notify",
  kind: "generic",
  website: "https://notification.canada.ca",
  docs: "https://documentation.notification.canada.ca/en/",
  credentials: [
    {
      id: "gcnotify-api-key",
      title: "GC Notify API key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(1555),
      ...layout("gcntfy-{word 2-60}-{uuid}-{uuid}"),
    },
  ],
  variables: { GC_NOTIFY_API_KEY: "value", NOTIFY_API_KEY: "value" },
  hosts: ["api.notification.canada.ca"],
  packages: { python: ["notifications-python-client"], npm: ["notifications-node-client"] },
  rotate: { by: "person", page: "https://notification.canada.ca" },
};
