import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const fullstory: Provider = {
  id: "fullstory",
  title: "Fullstory",
  kind: "generic",
  website: "https://www.fullstory.com",
  docs: "https://developer.fullstory.com/server/v1/getting-started/",
  credentials: [
    {
      id: "fullstory-api-key",
      title: "Fullstory API key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(3700),
      ...named(
        ["fullstory_api_key", "fullstory_key", "fullstory_api", "fs_api_key"],
        ["na1.{base64 20-200}{pad}", "eu1.{base64 20-200}{pad}"],
      ),
    },
  ],
  variables: { FULLSTORY_API_KEY: "value", FS_API_KEY: "value" },
  hosts: ["api.fullstory.com"],
  packages: {},
  rotate: { by: "person", page: "https://app.fullstory.com/ui/settings/apikeys" },
  verify: {
    method: "GET",
    url: "https://api.fullstory.com/me",
    headers: { Authorization: "Basic {value}" },
    verdicts: usualVerdicts,
  },
};
