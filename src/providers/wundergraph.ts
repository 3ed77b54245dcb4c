import { layout } from "./layout.ts";
import { credsweeper } from "./sources.ts";
import type { Provider } from "./types.ts";

export const wundergraph: Provider = {
  id: "wundergraph",
  title: "WunderGraph Cosmo",
  kind: "generic",
  website: "https://wundergraph.com",
  docs: "https://cosmo-docs.wundergraph.com/studio/api-keys",
  credentials: [
    {
      id: "wundergraph-api-key",
      title: "WunderGraph Cosmo API key",
      severity: "high",
      actsFor: "machine",
      cite: credsweeper(2099),
      ...layout("cosmo_{hex 32}"),
    },
  ],
  variables: { COSMO_API_KEY: "value" },
  hosts: ["cosmo-cp.wundergraph.com"],
  packages: { npm: ["wgc"] },
  rotate: { by: "person", page: "https://cosmo.wundergraph.com" },
};
