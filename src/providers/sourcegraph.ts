import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const sourcegraph: Provider = {
  id: "sourcegraph",
  title: "Sourcegraph",
  kind: "source-control",
  website: "https://sourcegraph.com",
  docs: "https://sourcegraph.com/docs/cli/how-tos/creating_an_access_token",
  credentials: [
    {
      id: "sourcegraph-access-token",
      title: "Sourcegraph access token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(11108),
      ...layout(["sgp_{anyhex 16}_{anyhex 40}", "sgp_local_{anyhex 40}", "sgp_{anyhex 40}"]),
    },
  ],
  variables: { SRC_ACCESS_TOKEN: "value", SOURCEGRAPH_TOKEN: "value" },
  hosts: ["sourcegraph.com"],
  packages: { npm: ["@sourcegraph/src"] },
  rotate: { by: "person", page: "https://sourcegraph.com/user/settings/tokens" },
};
