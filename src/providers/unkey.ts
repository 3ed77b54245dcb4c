import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const unkey: Provider = {
  id: "unkey",
  title: "Unkey",
  kind: "generic",
  website: "https://www.unkey.com",
  docs: "https://www.unkey.com/docs/security/root-keys",
  credentials: [
    {
      id: "unkey-root-key",
      title: "Unkey root key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(11928),
      ...layout("unkey_{alnum 20-32}"),
    },
  ],
  variables: { UNKEY_ROOT_KEY: "value" },
  hosts: ["api.unkey.com"],
  packages: { python: ["unkey.py"], npm: ["@unkey/api"] },
  rotate: { by: "person", page: "https://app.unkey.com/settings/root-keys" },
};
