import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const hightouch: Provider = {
  id: "hightouch",
  title: "Hightouch",
  kind: "training-data",
  website: "https://hightouch.com",
  docs: "https://hightouch.com/docs/developer-tools/api-guide",
  credentials: [
    {
      id: "hightouch-api-key",
      title: "Hightouch API key",
      severity: "high",
      cite: "https://hightouch.com/docs/developer-tools/api-guide",
      actsFor: "machine",
      ...opaque(["hightouch_api_key"]),
    },
  ],
  variables: { HIGHTOUCH_API_KEY: "value" },
  hosts: ["api.hightouch.com"],
  packages: { python: ["airflow-provider-hightouch"], npm: ["@ht-sdks/events-sdk-js"] },
  rotate: { by: "person", page: "https://app.hightouch.com/settings/api-keys" },
};
