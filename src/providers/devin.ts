import { prefixed } from "./format.ts";
import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const devin: Provider = {
  id: "devin",
  title: "Devin",
  kind: "model-api",
  website: "https://devin.ai",
  docs: "https://docs.devin.ai/api-reference/overview",
  credentials: [
    {
      id: "devin-personal-key",
      title: "Devin personal API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.devin",
      actsFor: "person",
      ...prefixed("apk_user_", { alphabet: "base64", min: 120, max: 180 }),
    },
    {
      id: "devin-service-key",
      title: "Devin service API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.devin",
      actsFor: "machine",
      ...prefixed("apk_", { alphabet: "base64", min: 80, max: 100 }),
    },
    {
      id: "devin-service-user-token",
      title: "Devin service user token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.devin",
      actsFor: "machine",
      ...sequence(["cog_", { alphabet: "lower", min: 52 }]),
    },
  ],
  variables: { DEVIN_API_KEY: "value" },
  hosts: ["api.devin.ai"],
  packages: {},
  rotate: { by: "person", page: "https://app.devin.ai/settings/api-keys" },
};
