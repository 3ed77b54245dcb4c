import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const coderabbit: Provider = {
  id: "coderabbit",
  title: "CodeRabbit",
  kind: "model-api",
  website: "https://www.coderabbit.ai",
  docs: "https://docs.coderabbit.ai",
  credentials: [
    {
      id: "coderabbit-api-key",
      title: "CodeRabbit API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.coderabbit",
      actsFor: "machine",
      ...named(["coderabbit_api_key"], ["cr-", { alphabet: "hex", min: 58 }]),
    },
  ],
  variables: { CODERABBIT_API_KEY: "value" },
  hosts: ["api.coderabbit.ai"],
  packages: {},
  rotate: { by: "person", page: "https://app.coderabbit.ai/settings/api-keys" },
};
