import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const datarobot: Provider = {
  id: "datarobot",
  title: "DataRobot",
  kind: "model-api",
  website: "https://www.datarobot.com",
  docs: "https://docs.datarobot.com/en/docs/platform/acct-settings/api-key-mgmt.html",
  credentials: [
    {
      id: "datarobot-token",
      title: "DataRobot API token",
      severity: "critical",
      cite: "https://docs.datarobot.com/en/docs/platform/acct-settings/api-key-mgmt.html",
      actsFor: "machine",
      ...named(["datarobot_api_token", "datarobot_api_key"], { alphabet: "base64", min: 60, max: 130 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "endpoint", secret: false },
  ],
  variables: { DATAROBOT_API_TOKEN: "value", DATAROBOT_ENDPOINT: "endpoint" },
  hosts: ["app.datarobot.com"],
  packages: { python: ["datarobot"] },
  rotate: { by: "person", page: "https://app.datarobot.com/account/developer-tools" },
};
