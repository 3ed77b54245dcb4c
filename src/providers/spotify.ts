import { named } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const spotify: Provider = {
  id: "spotify",
  title: "Spotify",
  kind: "generic",
  website: "https://www.spotify.com",
  docs: "https://developer.spotify.com/documentation/web-api/concepts/apps",
  credentials: [
    {
      id: "spotify-client-secret",
      title: "Spotify client secret",
      severity: "medium",
      actsFor: "machine",
      cite: trufflehog("1a8a23cb03e6fd967d093c9b939f4393e841f53c/pkg/detectors/spotifykey/spotifykey.go"),
      ...named(["spotify_client_secret", "spotipy_client_secret", "spotify_secret"], "{hex 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: {
    SPOTIFY_CLIENT_SECRET: "value",
    SPOTIPY_CLIENT_SECRET: "value",
    SPOTIFY_CLIENT_ID: "client_id",
    SPOTIPY_CLIENT_ID: "client_id",
  },
  hosts: ["api.spotify.com", "accounts.spotify.com"],
  packages: { python: ["spotipy"], npm: ["spotify-web-api-node"] },
  rotate: { by: "person", page: "https://developer.spotify.com/dashboard" },
};
