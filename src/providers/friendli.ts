import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const friendli: Provider = {
  id: "friendli",
  title: "Friendli",
  kind: "model-api",
  website: "https://friendli.ai",
  docs: "https://friendli.ai/docs/guides/personal_access_tokens",
  aliases: ["friendliai"],
  credentials: [
    {
      id: "friendli-token",
      title: "Friendli personal access token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/friendli.yml",
      actsFor: "person",
      ...prefixed("flp_", { alphabet: "alnum", min: 46 }),
    },
  ],
  variables: { FRIENDLI_TOKEN: "value", FRIENDLI_API_KEY: "value" },
  hosts: ["api.friendli.ai"],
  packages: { python: ["friendli", "friendli-client"], npm: ["@friendliai/ai-provider"] },
  rotate: { by: "person", page: "https://friendli.ai/suite/setting/tokens" },
};
