import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const pollinations: Provider = {
  id: "pollinations",
  title: "Pollinations",
  kind: "model-api",
  website: "https://pollinations.ai",
  docs: "https://enter.pollinations.ai",
  credentials: [
    {
      id: "pollinations-api-key",
      title: "Pollinations API key",
      severity: "medium",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.pollinations",
      actsFor: "machine",
      ...named(
        ["pollinations_api_key", "pollinations_token", "pollinations_secret_key"],
        ["sk_", { alphabet: "alnum", min: 32 }],
      ),
    },
  ],
  variables: { POLLINATIONS_API_KEY: "value", POLLINATIONS_TOKEN: "value" },
  hosts: ["gen.pollinations.ai", "text.pollinations.ai"],
  packages: {},
  rotate: { by: "person", page: "https://enter.pollinations.ai" },
};
