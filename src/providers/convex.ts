import { either } from "./format.ts";
import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const convex: Provider = {
  id: "convex",
  title: "Convex",
  kind: "database",
  website: "https://www.convex.dev",
  docs: "https://docs.convex.dev/cli/deploy-key-types",
  credentials: [
    {
      id: "convex-deploy-key",
      title: "Convex deploy key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.convex",
      actsFor: "machine",
      ...either(
        named(
          ["convex_deploy_key"],
          [
            "prod:",
            { alphabet: "base64url", min: 4, max: 80 },
            "|",
            { alphabet: "base64", min: 20, max: 160 },
          ],
        ),
        named(
          ["convex_deploy_key"],
          [
            "dev:",
            { alphabet: "base64url", min: 4, max: 80 },
            "|",
            { alphabet: "base64", min: 20, max: 160 },
          ],
        ),
        named(
          ["convex_deploy_key"],
          [
            "preview:",
            { alphabet: "base64url", min: 4, max: 80 },
            "|",
            { alphabet: "base64", min: 20, max: 160 },
          ],
        ),
        named(
          ["convex_deploy_key"],
          [
            "project:",
            { alphabet: "base64url", min: 4, max: 80 },
            "|",
            { alphabet: "base64", min: 20, max: 160 },
          ],
        ),
      ),
    },
  ],
  variables: { CONVEX_DEPLOY_KEY: "value" },
  hosts: ["*.convex.cloud", "api.convex.dev"],
  packages: { python: ["convex"], npm: ["convex"] },
  rotate: { by: "person", page: "https://dashboard.convex.dev" },
};
