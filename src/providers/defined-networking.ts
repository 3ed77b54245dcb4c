import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const definedNetworking: Provider = {
  id: "defined-networking",
  title: "Defined Networking",
  kind: "generic",
  website: "https://www.defined.net",
  docs: "https://docs.defined.net/guides/automating-host-creation/",
  credentials: [
    {
      id: "defined-networking-api-key",
      title: "Defined Networking API key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(2680),
      ...layout(["dnkey-{caps 26}-{caps 52}", "dnkey-{base64url 26}-{base64url 52}"]),
    },
  ],
  variables: { DEFINED_NET_API_KEY: "value", DN_API_KEY: "value" },
  hosts: ["api.defined.net"],
  packages: {},
  rotate: { by: "person", page: "https://admin.defined.net" },
};
