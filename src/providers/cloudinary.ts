import { layout, named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const cloudinary: Provider = {
  id: "cloudinary",
  title: "Cloudinary",
  kind: "object-store",
  website: "https://cloudinary.com",
  docs: "https://cloudinary.com/documentation/finding_your_credentials_tutorial",
  credentials: [
    {
      id: "cloudinary-api-secret",
      title: "Cloudinary API secret",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(2168),
      ...named(["cloudinary_api_secret", "cloudinary_secret"], ["{base64url 27}", "{alnum 32}"]),
    },
    {
      id: "cloudinary-url",
      title: "Cloudinary URL with its secret",
      severity: "high",
      part: "url",
      actsFor: "machine",
      cite: betterleaks(2168),
      ...layout("cloudinary://{digits 15}:{base64url 27}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "url", secret: true },
    { name: "api_key", secret: false },
    { name: "cloud_name", secret: false },
  ],
  variables: {
    CLOUDINARY_API_SECRET: "value",
    CLOUDINARY_API_KEY: "api_key",
    CLOUDINARY_URL: "url",
    CLOUDINARY_CLOUD_NAME: "cloud_name",
  },
  hosts: ["api.cloudinary.com", "res.cloudinary.com"],
  packages: { python: ["cloudinary"], npm: ["cloudinary"] },
  rotate: { by: "person", page: "https://console.cloudinary.com/settings/api-keys" },
};
