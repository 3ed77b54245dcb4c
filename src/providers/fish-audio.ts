import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const fishAudio: Provider = {
  id: "fish-audio",
  title: "Fish Audio",
  kind: "model-api",
  website: "https://fish.audio",
  docs: "https://docs.fish.audio",
  credentials: [
    {
      id: "fish-audio-api-key",
      title: "Fish Audio API key",
      severity: "medium",
      cite: "https://docs.fish.audio",
      actsFor: "machine",
      ...opaque(["fish_audio_api_key", "fish_api_key", "fishaudio_api_key"]),
    },
  ],
  variables: { FISH_API_KEY: "value", FISH_AUDIO_API_KEY: "value" },
  hosts: ["api.fish.audio"],
  packages: { python: ["fish_audio_sdk"], npm: ["fish-audio-sdk"] },
  rotate: { by: "person", page: "https://fish.audio/app/api-keys/" },
};
