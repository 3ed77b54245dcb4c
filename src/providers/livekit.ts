import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const livekit: Provider = {
  id: "livekit",
  title: "LiveKit",
  kind: "generic",
  website: "https://livekit.io",
  docs: "https://docs.livekit.io/home/cloud/keys-and-tokens/",
  credentials: [
    {
      id: "livekit-api-secret",
      title: "LiveKit API secret",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/livekit.yml",
      actsFor: "machine",
      ...named(["livekit_api_secret", "livekit_secret"], { alphabet: "alnum", min: 43, max: 44 }),
    },
    {
      id: "livekit-api-key",
      title: "LiveKit API key",
      severity: "low",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/livekit.yml",
      actsFor: "machine",
      part: "api_key",
      ...named(["livekit_api_key"], ["API", { alphabet: "alnum", min: 12 }]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "api_key", secret: false },
    { name: "url", secret: false },
  ],
  variables: { LIVEKIT_API_SECRET: "value", LIVEKIT_API_KEY: "api_key", LIVEKIT_URL: "url" },
  hosts: ["*.livekit.cloud"],
  packages: {
    python: ["livekit", "livekit-api", "livekit-agents"],
    npm: ["livekit-server-sdk", "@livekit/agents"],
  },
  rotate: { by: "person", page: "https://cloud.livekit.io" },
};
