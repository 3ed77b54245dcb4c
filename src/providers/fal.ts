import { UUID, named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const fal: Provider = {
  id: "fal",
  title: "fal",
  kind: "model-api",
  website: "https://fal.ai",
  docs: "https://docs.fal.ai/authentication/key-based",
  aliases: ["fal-ai"],
  credentials: [
    {
      id: "fal-key",
      title: "fal key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/falai.yml",
      actsFor: "machine",
      ...named(
        ["fal_key", "fal_api_key", "fal_ai_api_key", "falai_api_key", "fal_ai_key"],
        [...UUID, ":", { alphabet: "hex", min: 32 }],
      ),
    },
  ],
  variables: { FAL_KEY: "value", FAL_API_KEY: "value" },
  hosts: ["fal.run", "queue.fal.run", "rest.fal.ai"],
  packages: {
    python: ["fal_client", "fal"],
    npm: ["@fal-ai/client", "@fal-ai/serverless-client", "@ai-sdk/fal"],
  },
  rotate: { by: "person", page: "https://fal.ai/dashboard/keys" },
};
