import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const intra42: Provider = {
  id: "intra42",
  title: "42 Intra",
  kind: "generic",
  website: "https://intra.42.fr",
  docs: "https://api.intra.42.fr/apidoc/guides/getting_started",
  credentials: [
    {
      id: "intra42-client-secret",
      title: "42 Intra client secret",
      severity: "medium",
      actsFor: "machine",
      cite: betterleaks(7377),
      ...layout(["s-s4t2ud-{hex 64}", "s-s4t2af-{hex 64}"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: {
    FORTYTWO_CLIENT_SECRET: "value",
    INTRA42_CLIENT_SECRET: "value",
    FORTYTWO_CLIENT_ID: "client_id",
  },
  hosts: ["api.intra.42.fr"],
  packages: {},
  rotate: { by: "person", page: "https://profile.intra.42.fr/oauth/applications" },
};
