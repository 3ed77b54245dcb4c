import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const coze: Provider = {
  id: "coze",
  title: "Coze",
  kind: "model-api",
  website: "https://www.coze.com",
  docs: "https://www.coze.com/docs/developer_guides/authentication",
  credentials: [
    {
      id: "coze-token",
      title: "Coze personal access token",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.coze",
      actsFor: "person",
      ...named(
        ["coze_api_token", "coze_api_key", "coze_token", "coze_pat"],
        ["pat_", { alphabet: "alnum", min: 64 }],
      ),
    },
  ],
  variables: { COZE_API_TOKEN: "value", COZE_API_KEY: "value" },
  hosts: ["api.coze.com", "api.coze.cn"],
  packages: { python: ["cozepy"], npm: ["@coze/api"] },
  rotate: { by: "person", page: "https://www.coze.com/docs/developer_guides/authentication" },
};
