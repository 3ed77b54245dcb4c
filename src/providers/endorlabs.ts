import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const endorlabs: Provider = {
  id: "endorlabs",
  title: "Endor Labs",
  kind: "generic",
  website: "https://www.endorlabs.com",
  docs: "https://docs.endorlabs.com/administration/api-keys/",
  credentials: [
    {
      id: "endorlabs-api-key",
      title: "Endor Labs API key or secret",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(3226),
      ...layout("endr+{alnum 16}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "key", secret: false },
  ],
  variables: { ENDOR_API_CREDENTIALS_SECRET: "value", ENDOR_API_CREDENTIALS_KEY: "key" },
  hosts: ["api.endorlabs.com"],
  packages: {},
  rotate: { by: "person", page: "https://app.endorlabs.com" },
  ciActions: ["endorlabs/github-action"],
};
