import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const clojars: Provider = {
  id: "clojars",
  title: "Clojars",
  kind: "package-registry",
  website: "https://clojars.org",
  docs: "https://github.com/clojars/clojars-web/wiki/Deploy-Tokens",
  credentials: [
    {
      id: "clojars-deploy-token",
      title: "Clojars deploy token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(1912),
      ...layout(["CLOJARS_{hex 60}", "CLOJARS_{lower 60}"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "username", secret: false },
  ],
  variables: { CLOJARS_PASSWORD: "value", CLOJARS_TOKEN: "value", CLOJARS_USERNAME: "username" },
  hosts: ["clojars.org", "repo.clojars.org"],
  packages: {},
  rotate: { by: "person", page: "https://clojars.org/tokens" },
};
