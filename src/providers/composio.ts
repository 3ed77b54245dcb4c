import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const composio: Provider = {
  id: "composio",
  title: "Composio",
  kind: "model-api",
  website: "https://composio.dev",
  docs: "https://docs.composio.dev",
  credentials: [
    {
      id: "composio-api-key",
      title: "Composio API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/composio.yml",
      actsFor: "machine",
      ...named(["composio_api_key", "composio_token"], ["ak_", { alphabet: "base64url", min: 20 }]),
    },
    {
      id: "composio-consumer-key",
      title: "Composio consumer API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/composio.yml",
      actsFor: "machine",
      ...named(
        ["composio_api_key", "composio_consumer_api_key", "composio_consumer_key"],
        ["ck_", { alphabet: "base64url", min: 20 }],
      ),
    },
  ],
  variables: { COMPOSIO_API_KEY: "value" },
  hosts: ["backend.composio.dev"],
  packages: {
    python: ["composio", "composio_core", "composio_openai"],
    npm: ["@composio/core", "composio-core"],
  },
  rotate: { by: "person", page: "https://platform.composio.dev/settings" },
};
