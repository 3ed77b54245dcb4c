import { layout, named } from "./layout.ts";
import { betterleaks, credsweeper } from "./sources.ts";
import type { Provider } from "./types.ts";

export const facebook: Provider = {
  id: "facebook",
  title: "Meta",
  kind: "generic",
  website: "https://developers.facebook.com",
  docs: "https://developers.facebook.com/docs/facebook-login/guides/access-tokens/",
  aliases: ["meta"],
  credentials: [
    {
      id: "facebook-access-token",
      title: "Meta access token",
      severity: "high",
      actsFor: "person",
      cite: credsweeper(402),
      ...layout("EAA{alnum 100-300}"),
    },
    {
      id: "instagram-access-token",
      title: "Instagram access token",
      severity: "high",
      part: "instagram_token",
      actsFor: "person",
      cite: credsweeper(519),
      ...layout("IGQVJ{base64url 100-300}"),
    },
    {
      id: "facebook-app-secret",
      title: "Meta app secret",
      severity: "high",
      part: "app_secret",
      actsFor: "machine",
      cite: betterleaks(3338),
      ...named(
        ["facebook_app_secret", "facebook_secret", "facebook_client_secret", "fb_app_secret"],
        "{hex 32}",
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "instagram_token", secret: true },
    { name: "app_secret", secret: true },
  ],
  variables: {
    FACEBOOK_ACCESS_TOKEN: "value",
    FB_ACCESS_TOKEN: "value",
    META_ACCESS_TOKEN: "value",
    WHATSAPP_TOKEN: "value",
    FACEBOOK_APP_SECRET: "app_secret",
    FB_APP_SECRET: "app_secret",
    INSTAGRAM_ACCESS_TOKEN: "value",
  },
  hosts: ["graph.facebook.com", "graph.instagram.com"],
  packages: { python: ["facebook-business", "facebook-sdk"], npm: ["facebook-nodejs-business-sdk"] },
  rotate: { by: "person", page: "https://developers.facebook.com/apps" },
  verify: {
    method: "GET",
    url: "https://graph.facebook.com/me?access_token={value}",
    headers: { Accept: "application/json" },
    verdicts: { 200: "live", 400: "dead", 401: "dead", 429: "limited" },
  },
};
