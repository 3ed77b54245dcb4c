import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const gitter: Provider = {
  id: "gitter",
  title: "Gitter",
  kind: "generic",
  website: "https://gitter.im",
  docs: "https://developer.gitter.im/docs/authentication",
  credentials: [
    {
      id: "gitter-access-token",
      title: "Gitter access token",
      severity: "medium",
      actsFor: "person",
      cite: betterleaks(6710),
      ...named(["gitter_token", "gitter_access_token", "gitter_api_key"], "{hex 40}"),
    },
  ],
  variables: { GITTER_TOKEN: "value" },
  hosts: ["api.gitter.im"],
  packages: {},
  rotate: { by: "person", page: "https://developer.gitter.im/apps" },
};
