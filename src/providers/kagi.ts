import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const kagi: Provider = {
  id: "kagi",
  title: "Kagi",
  kind: "generic",
  website: "https://kagi.com",
  docs: "https://help.kagi.com/kagi/api/overview.html",
  credentials: [
    {
      id: "kagi-api-key",
      title: "Kagi API key",
      severity: "medium",
      actsFor: "person",
      cite: betterleaks(7469),
      ...named(["kagi_api_key", "kagi_api_token", "kagi_token"], "{base64url 11}.{base64url 43}"),
    },
  ],
  variables: { KAGI_API_KEY: "value" },
  hosts: ["kagi.com"],
  packages: { python: ["kagiapi"] },
  rotate: { by: "person", page: "https://kagi.com/settings/api" },
};
