import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const mergify: Provider = {
  id: "mergify",
  title: "Mergify",
  kind: "source-control",
  website: "https://mergify.com",
  docs: "https://docs.mergify.com/api/usage/",
  credentials: [
    {
      id: "mergify-application-key",
      title: "Mergify application key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(8208),
      ...layout("mergify_application_key_{base64url 40-200}"),
    },
  ],
  variables: { MERGIFY_TOKEN: "value", MERGIFY_API_TOKEN: "value" },
  hosts: ["api.mergify.com"],
  packages: {},
  rotate: { by: "person", page: "https://dashboard.mergify.com" },
  verify: {
    method: "GET",
    url: "https://api.mergify.com/v1/application",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
