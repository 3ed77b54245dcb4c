import { usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { kingfisher } from "./sources.ts";
import type { Provider } from "./types.ts";

export const mapbox: Provider = {
  id: "mapbox",
  title: "Mapbox",
  kind: "generic",
  website: "https://www.mapbox.com",
  docs: "https://docs.mapbox.com/api/accounts/tokens/",
  credentials: [
    {
      id: "mapbox-secret-token",
      title: "Mapbox secret token",
      severity: "high",
      actsFor: "machine",
      cite: kingfisher(
        "701508d529c638e6e9374d47f08e7e53004ddcf6/crates/kingfisher-rules/data/rules/mapbox.yml",
      ),
      ...layout("sk.eyJ1Ijoi{base64url 40-120}.{base64url 22}"),
    },
    {
      id: "mapbox-temporary-token",
      title: "Mapbox temporary token",
      severity: "medium",
      part: "temporary_token",
      actsFor: "machine",
      cite: kingfisher(
        "701508d529c638e6e9374d47f08e7e53004ddcf6/crates/kingfisher-rules/data/rules/mapbox.yml",
      ),
      ...layout("tk.eyJ1Ijoi{base64url 40-120}.{base64url 22}"),
    },
    {
      id: "mapbox-public-token",
      title: "Mapbox public token",
      severity: "info",
      part: "public_token",
      public: true,
      actsFor: "machine",
      cite: kingfisher(
        "701508d529c638e6e9374d47f08e7e53004ddcf6/crates/kingfisher-rules/data/rules/mapbox.yml",
      ),
      ...layout("pk.eyJ1Ijoi{base64url 40-120}.{base64url 22}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "temporary_token", secret: true },
    { name: "public_token", secret: false },
  ],
  variables: {
    MAPBOX_SECRET_TOKEN: "value",
    MAPBOX_DOWNLOADS_TOKEN: "value",
    MAPBOX_ACCESS_TOKEN: "public_token",
    MAPBOX_TOKEN: "public_token",
  },
  hosts: ["api.mapbox.com"],
  packages: { python: ["mapbox"], npm: ["mapbox-gl", "@mapbox/mapbox-sdk"] },
  rotate: { by: "person", page: "https://console.mapbox.com/account/access-tokens/" },
  verify: {
    method: "GET",
    url: "https://api.mapbox.com/tokens/v2?access_token={value}",
    headers: { Accept: "application/json" },
    verdicts: usualVerdicts,
  },
};
