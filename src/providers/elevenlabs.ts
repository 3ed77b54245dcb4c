import { prefixed, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const elevenlabs: Provider = {
  id: "elevenlabs",
  title: "ElevenLabs",
  kind: "model-api",
  website: "https://elevenlabs.io",
  docs: "https://elevenlabs.io/docs/api-reference/authentication",
  credentials: [
    {
      id: "elevenlabs-api-key",
      title: "ElevenLabs API key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.elevenlabs",
      actsFor: "machine",
      ...prefixed("sk_", { alphabet: "hex", min: 48 }),
    },
  ],
  variables: { ELEVENLABS_API_KEY: "value", ELEVEN_API_KEY: "value", XI_API_KEY: "value" },
  hosts: ["api.elevenlabs.io"],
  packages: {
    python: ["elevenlabs"],
    npm: ["@elevenlabs/elevenlabs-js", "elevenlabs", "@ai-sdk/elevenlabs"],
  },
  rotate: { by: "person", page: "https://elevenlabs.io/app/settings/api-keys" },
  verify: {
    method: "GET",
    url: "https://api.elevenlabs.io/v1/models",
    headers: { "xi-api-key": "{value}" },
    verdicts: usualVerdicts,
  },
};
