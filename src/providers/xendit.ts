import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const xendit: Provider = {
  id: "xendit",
  title: "Xendit",
  kind: "generic",
  website: "https://www.xendit.co",
  docs: "https://docs.xendit.co/docs/api-keys",
  credentials: [
    {
      id: "xendit-secret-key",
      title: "Xendit secret key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(12754),
      ...layout("xnd_production_{alnum 56-72}"),
    },
  ],
  variables: { XENDIT_SECRET_KEY: "value", XENDIT_API_KEY: "value" },
  hosts: ["api.xendit.co"],
  packages: { python: ["xendit-python"], npm: ["xendit-node"] },
  rotate: { by: "person", page: "https://dashboard.xendit.co/settings/developers" },
};
