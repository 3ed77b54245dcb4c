import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const arcade: Provider = {
  id: "arcade",
  title: "Arcade",
  kind: "model-api",
  website: "https://www.arcade.dev",
  docs: "https://docs.arcade.dev",
  credentials: [
    {
      id: "arcade-api-key",
      title: "Arcade API key",
      severity: "high",
      cite: "https://docs.arcade.dev/en/get-started/setup/api-keys",
      actsFor: "machine",
      ...named(["arcade_api_key"], ["arc_", { alphabet: "alnum", min: 40, max: 64 }]),
    },
  ],
  variables: { ARCADE_API_KEY: "value" },
  hosts: ["api.arcade.dev"],
  packages: { python: ["arcadepy", "arcade_ai", "langchain_arcade"], npm: ["@arcadeai/arcadejs"] },
  rotate: { by: "person", page: "https://api.arcade.dev/dashboard/api-keys" },
};
