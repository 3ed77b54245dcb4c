import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const playht: Provider = {
  id: "playht",
  title: "PlayHT",
  kind: "model-api",
  website: "https://play.ht",
  docs: "https://docs.play.ht/reference/api-authentication",
  credentials: [
    {
      id: "playht-secret-key",
      title: "PlayHT secret key",
      severity: "high",
      cite: "https://docs.play.ht/reference/api-authentication",
      actsFor: "machine",
      ...opaque(["play_ht_api_key", "playht_api_key", "play_ht_secret_key", "playht_secret_key"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "user_id", secret: false },
  ],
  variables: {
    PLAY_HT_API_KEY: "value",
    PLAYHT_API_KEY: "value",
    PLAY_HT_USER_ID: "user_id",
    PLAYHT_USER_ID: "user_id",
  },
  hosts: ["api.play.ht"],
  packages: { python: ["pyht"], npm: ["playht"] },
  rotate: { by: "person", page: "https://docs.play.ht/reference/api-authentication" },
};
