import { usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const postman: Provider = {
  id: "postman",
  title: "Postman",
  kind: "generic",
  website: "https://www.postman.com",
  docs: "https://learning.postman.com/docs/developer/postman-api/authentication/",
  credentials: [
    {
      id: "postman-api-key",
      title: "Postman API key",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(9765),
      ...layout("PMAK-{hex 24}-{hex 34}"),
    },
    {
      id: "postman-collection-token",
      title: "Postman collection access token",
      severity: "medium",
      part: "collection_token",
      actsFor: "machine",
      cite: "https://github.com/google/osv-scalibr/blob/e8621f1fff93beb5b70e5d6ba5fdc3e9854ec845/veles/secrets/postmanapikey/detector.go",
      ...layout("PMAT-{caps 26}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "collection_token", secret: true },
  ],
  variables: { POSTMAN_API_KEY: "value" },
  hosts: ["api.getpostman.com"],
  packages: { npm: ["newman"] },
  rotate: { by: "person", page: "https://go.postman.co/settings/me/api-keys" },
  verify: {
    method: "GET",
    url: "https://api.getpostman.com/me",
    headers: { "X-API-Key": "{value}" },
    verdicts: usualVerdicts,
  },
};
