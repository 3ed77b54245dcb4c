import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const flickr: Provider = {
  id: "flickr",
  title: "Flickr",
  kind: "generic",
  website: "https://www.flickr.com",
  docs: "https://www.flickr.com/services/api/misc.api_keys.html",
  credentials: [
    {
      id: "flickr-api-key",
      title: "Flickr API key",
      severity: "low",
      actsFor: "machine",
      cite: betterleaks(3562),
      ...named(["flickr_api_key", "flickr_key", "flickr_access_token"], "{hex 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "api_secret", secret: true },
  ],
  variables: { FLICKR_API_KEY: "value", FLICKR_API_SECRET: "api_secret" },
  hosts: ["api.flickr.com"],
  packages: { python: ["flickrapi"], npm: ["flickr-sdk"] },
  rotate: { by: "person", page: "https://www.flickr.com/services/apps/" },
};
