import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const triggerDev: Provider = {
  id: "trigger-dev",
  title: "Trigger.dev",
  kind: "generic",
  website: "https://trigger.dev",
  docs: "https://trigger.dev/docs/apikeys",
  credentials: [
    {
      id: "trigger-secret-key",
      title: "Trigger.dev secret key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.triggerdev",
      actsFor: "machine",
      ...prefixed(["tr_dev_", "tr_prod_", "tr_stg_"], { alphabet: "alnum", min: 20, max: 24 }),
    },
    {
      id: "trigger-personal-token",
      title: "Trigger.dev personal access token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.triggerdev",
      actsFor: "person",
      part: "access_token",
      ...prefixed("tr_pat_", { alphabet: "lower", min: 20, max: 48 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "access_token", secret: true },
  ],
  variables: { TRIGGER_SECRET_KEY: "value", TRIGGER_ACCESS_TOKEN: "access_token" },
  hosts: ["api.trigger.dev"],
  packages: { npm: ["@trigger.dev/sdk", "trigger.dev"] },
  rotate: { by: "person", page: "https://cloud.trigger.dev/account/tokens" },
};
