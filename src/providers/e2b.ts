import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const e2b: Provider = {
  id: "e2b",
  title: "E2B",
  kind: "cloud",
  website: "https://e2b.dev",
  docs: "https://e2b.dev/docs/api-key",
  credentials: [
    {
      id: "e2b-api-key",
      title: "E2B API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/e2b.yml",
      actsFor: "machine",
      ...prefixed("e2b_", { alphabet: "hex", min: 40 }),
    },
    {
      id: "e2b-access-token",
      title: "E2B access token",
      severity: "high",
      cite: "https://e2b.dev/docs/api-key",
      actsFor: "person",
      part: "access_token",
      ...prefixed("sk_e2b_", { alphabet: "hex", min: 40 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "access_token", secret: true },
  ],
  variables: { E2B_API_KEY: "value", E2B_ACCESS_TOKEN: "access_token" },
  hosts: ["api.e2b.app", "api.e2b.dev"],
  packages: { python: ["e2b", "e2b_code_interpreter"], npm: ["e2b", "@e2b/code-interpreter"] },
  rotate: { by: "person", page: "https://e2b.dev/dashboard?tab=keys" },
};
