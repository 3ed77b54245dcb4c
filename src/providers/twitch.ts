import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const twitch: Provider = {
  id: "twitch",
  title: "Twitch",
  kind: "generic",
  website: "https://www.twitch.tv",
  docs: "https://dev.twitch.tv/docs/authentication/",
  credentials: [
    {
      id: "twitch-token",
      title: "Twitch token or client secret",
      severity: "medium",
      actsFor: "machine",
      cite: betterleaks(11792),
      ...named(
        [
          "twitch_client_secret",
          "twitch_access_token",
          "twitch_oauth_token",
          "twitch_token",
          "twitch_secret",
        ],
        "{lower 30}",
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: {
    TWITCH_CLIENT_SECRET: "value",
    TWITCH_CLIENT_ID: "client_id",
    TWITCH_ACCESS_TOKEN: "value",
    TWITCH_OAUTH_TOKEN: "value",
  },
  hosts: ["api.twitch.tv", "id.twitch.tv"],
  packages: { python: ["twitchapi", "twitchio"], npm: ["@twurple/api", "tmi.js"] },
  rotate: { by: "person", page: "https://dev.twitch.tv/console/apps" },
};
