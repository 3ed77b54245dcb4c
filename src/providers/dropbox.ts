import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const dropbox: Provider = {
  id: "dropbox",
  title: "Dropbox",
  kind: "object-store",
  website: "https://www.dropbox.com",
  docs: "https://developers.dropbox.com/oauth-guide",
  credentials: [
    {
      id: "dropbox-access-token",
      title: "Dropbox access token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(3068),
      ...named(
        ["dropbox_access_token", "dropbox_token", "dropbox_api_token", "dropbox_oauth_token"],
        ["sl.{base64url 130-1200}", "sl.u.{base64url 77-1200}", "{alnum 11}AAAAAAAAAA{base64url 43}"],
      ),
    },
    {
      id: "dropbox-app-secret",
      title: "Dropbox app secret",
      severity: "high",
      part: "app_secret",
      actsFor: "machine",
      cite: betterleaks(3042),
      ...named(["dropbox_app_secret", "dropbox_api_secret", "dropbox_secret"], "{lower 15}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "app_secret", secret: true },
    { name: "app_key", secret: false },
    { name: "refresh_token", secret: true },
  ],
  variables: {
    DROPBOX_ACCESS_TOKEN: "value",
    DROPBOX_TOKEN: "value",
    DROPBOX_APP_SECRET: "app_secret",
    DROPBOX_APP_KEY: "app_key",
    DROPBOX_REFRESH_TOKEN: "refresh_token",
  },
  hosts: ["api.dropboxapi.com", "content.dropboxapi.com"],
  packages: { python: ["dropbox"], npm: ["dropbox"] },
  rotate: { by: "person", page: "https://www.dropbox.com/developers/apps" },
};
