import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const sendbird: Provider = {
  id: "sendbird",
  title: "Sendbird",
  kind: "generic",
  website: "https://sendbird.com",
  docs: "https://sendbird.com/docs/chat/platform-api/v3/prepare-to-use-api",
  credentials: [
    {
      id: "sendbird-api-token",
      title: "Sendbird API token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(10443),
      ...named(["sendbird_api_token", "sendbird_token", "sendbird_access_token"], "{hex 40}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "app_id", secret: false },
  ],
  variables: { SENDBIRD_API_TOKEN: "value", SENDBIRD_APP_ID: "app_id" },
  hosts: ["*.sendbird.com"],
  packages: { npm: ["sendbird-platform-sdk-typescript"] },
  rotate: { by: "person", page: "https://dashboard.sendbird.com" },
};
