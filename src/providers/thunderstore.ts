import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const thunderstore: Provider = {
  id: "thunderstore",
  title: "Thunderstore",
  kind: "package-registry",
  website: "https://thunderstore.io",
  docs: "https://thunderstore.io/api/docs/",
  credentials: [
    {
      id: "thunderstore-token",
      title: "Thunderstore API token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(11717),
      ...layout("tss_{base64url 20-80}"),
    },
  ],
  variables: { TCLI_AUTH_TOKEN: "value", THUNDERSTORE_TOKEN: "value" },
  hosts: ["thunderstore.io"],
  packages: {},
  rotate: { by: "person", page: "https://thunderstore.io/settings/teams/" },
};
