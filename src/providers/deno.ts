import { layout } from "./layout.ts";
import type { Provider } from "./types.ts";

export const deno: Provider = {
  id: "deno",
  title: "Deno Deploy",
  kind: "cloud",
  website: "https://deno.com",
  docs: "https://docs.deno.com/deploy/",
  credentials: [
    {
      id: "deno-personal-token",
      title: "Deno Deploy personal access token",
      severity: "critical",
      actsFor: "person",
      cite: "https://github.com/google/osv-scalibr/blob/e8621f1fff93beb5b70e5d6ba5fdc3e9854ec845/veles/secrets/denopat/detector.go",
      ...layout("ddp_{alnum 36}"),
    },
    {
      id: "deno-organization-token",
      title: "Deno Deploy organisation token",
      severity: "critical",
      actsFor: "machine",
      cite: "https://github.com/google/osv-scalibr/blob/e8621f1fff93beb5b70e5d6ba5fdc3e9854ec845/veles/secrets/denopat/detector.go",
      ...layout("ddo_{alnum 36}"),
    },
  ],
  variables: { DENO_DEPLOY_TOKEN: "value", DENO_DEPLOY_ORGANIZATION_TOKEN: "value" },
  hosts: ["api.deno.com"],
  packages: {},
  rotate: { by: "person", page: "https://dash.deno.com/account" },
  ciActions: ["denoland/deployctl"],
};
