import { bearer, prefixed, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const replicate: Provider = {
  id: "replicate",
  title: "Replicate",
  kind: "model-api",
  website: "https://replicate.com",
  docs: "https://replicate.com/docs/reference/http",
  credentials: [
    {
      id: "replicate-api-token",
      title: "Replicate API token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.replicate",
      actsFor: "machine",
      ...prefixed("r8_", { alphabet: "alnum", min: 37 }),
    },
  ],
  variables: { REPLICATE_API_TOKEN: "value", REPLICATE_API_KEY: "value" },
  baseUrlVariables: ["REPLICATE_BASE_URL"],
  hosts: ["api.replicate.com"],
  packages: { python: ["replicate"], npm: ["replicate", "@ai-sdk/replicate"] },
  rotate: { by: "person", page: "https://replicate.com/account/api-tokens" },
  verify: {
    method: "GET",
    url: "https://api.replicate.com/v1/account",
    headers: bearer,
    verdicts: usualVerdicts,
  },
  scopes: {
    method: "GET",
    url: "https://api.replicate.com/v1/account",
    headers: bearer,
    cite: "https://replicate.com/docs/reference/http#account.get",
    scopes: [],
    rights: {},
    person: { json: ["type"], values: ["user"] },
  },
};
