import { UUID, named, sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const deepl: Provider = {
  id: "deepl",
  title: "DeepL",
  kind: "model-api",
  website: "https://www.deepl.com",
  docs: "https://developers.deepl.com/docs/getting-started/auth",
  credentials: [
    {
      id: "deepl-free-key",
      title: "DeepL API key (free plan)",
      severity: "medium",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/deepl.yml",
      actsFor: "machine",
      ...sequence([...UUID, ":fx"], { literal: ":fx" }),
    },
    {
      id: "deepl-api-key",
      title: "DeepL API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/deepl.yml",
      actsFor: "machine",
      ...named(["deepl_api_key", "deepl_auth_key", "deepl_key"], UUID),
    },
  ],
  variables: { DEEPL_API_KEY: "value", DEEPL_AUTH_KEY: "value" },
  hosts: ["api.deepl.com", "api-free.deepl.com"],
  packages: { python: ["deepl"], npm: ["deepl-node"] },
  rotate: { by: "person", page: "https://www.deepl.com/your-account/keys" },
};
