import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const diffbot: Provider = {
  id: "diffbot",
  title: "Diffbot",
  kind: "generic",
  website: "https://www.diffbot.com",
  docs: "https://docs.diffbot.com",
  credentials: [
    {
      id: "diffbot-token",
      title: "Diffbot token",
      severity: "medium",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/diffbot.yml",
      actsFor: "machine",
      ...named(["diffbot_api_token", "diffbot_api_key", "diffbot_token"], { alphabet: "alnum", min: 32 }),
    },
  ],
  variables: { DIFFBOT_API_TOKEN: "value" },
  hosts: ["api.diffbot.com"],
  packages: { python: ["langchain_diffbot"] },
  rotate: { by: "person", page: "https://app.diffbot.com" },
};
