import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const configcat: Provider = {
  id: "configcat",
  title: "ConfigCat",
  kind: "generic",
  website: "https://configcat.com",
  docs: "https://configcat.com/docs/requests/",
  credentials: [
    {
      id: "configcat-sdk-key",
      title: "ConfigCat SDK key",
      severity: "low",
      actsFor: "machine",
      cite: betterleaks(2338),
      ...layout("configcat-sdk-1/{base64url 22}/{base64url 22}"),
    },
  ],
  variables: { CONFIGCAT_SDK_KEY: "value" },
  hosts: ["cdn-global.configcat.com", "api.configcat.com"],
  packages: { python: ["configcat-client"], npm: ["configcat-node"] },
  rotate: { by: "person", page: "https://app.configcat.com" },
};
