import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const devcycle: Provider = {
  id: "devcycle",
  title: "DevCycle",
  kind: "generic",
  website: "https://www.devcycle.com",
  docs: "https://docs.devcycle.com/platform/account-management/keys",
  credentials: [
    {
      id: "devcycle-server-key",
      title: "DevCycle server SDK key",
      severity: "medium",
      actsFor: "machine",
      cite: betterleaks(2764),
      ...layout("dvc_server_{word 8-70}"),
    },
    {
      id: "devcycle-client-key",
      title: "DevCycle client SDK key",
      severity: "info",
      part: "client_key",
      public: true,
      actsFor: "machine",
      cite: betterleaks(2716),
      ...layout(["dvc_client_{word 8-70}", "dvc_mobile_{word 8-70}"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_key", secret: false },
  ],
  variables: { DEVCYCLE_SERVER_SDK_KEY: "value", DEVCYCLE_SDK_KEY: "value" },
  hosts: ["bucketing-api.devcycle.com"],
  packages: { python: ["devcycle-python-server-sdk"], npm: ["@devcycle/nodejs-server-sdk"] },
  rotate: { by: "person", page: "https://app.devcycle.com" },
};
