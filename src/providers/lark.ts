import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const lark: Provider = {
  id: "lark",
  title: "Lark",
  kind: "generic",
  website: "https://www.larksuite.com",
  docs: "https://open.larksuite.com/document/server-docs/getting-started/api-access-token/app-access-token-development-guide",
  aliases: ["feishu"],
  credentials: [
    {
      id: "lark-app-secret",
      title: "Lark app secret",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(7766),
      ...named(["lark_app_secret", "larksuite_app_secret", "lark_secret", "feishu_app_secret"], "{alnum 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "app_id", secret: false },
  ],
  variables: {
    LARK_APP_SECRET: "value",
    LARK_APP_ID: "app_id",
    FEISHU_APP_SECRET: "value",
    FEISHU_APP_ID: "app_id",
  },
  hosts: ["open.larksuite.com", "open.feishu.cn"],
  packages: { python: ["lark-oapi"], npm: ["@larksuiteoapi/node-sdk"] },
  rotate: { by: "person", page: "https://open.larksuite.com/app" },
};
