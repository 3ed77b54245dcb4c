import { usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const cloudsmith: Provider = {
  id: "cloudsmith",
  title: "Cloudsmith",
  kind: "package-registry",
  website: "https://cloudsmith.com",
  docs: "https://help.cloudsmith.io/docs/api-key",
  credentials: [
    {
      id: "cloudsmith-api-key",
      title: "Cloudsmith API key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(2207),
      ...layout("csa_{hex 30}{alnum 6}"),
    },
  ],
  variables: { CLOUDSMITH_API_KEY: "value" },
  hosts: ["api.cloudsmith.io"],
  packages: { python: ["cloudsmith-cli", "cloudsmith-api"] },
  rotate: { by: "person", page: "https://app.cloudsmith.com/user/settings/api" },
  verify: {
    method: "GET",
    url: "https://api.cloudsmith.io/user/self/",
    headers: { "X-Api-Key": "{value}" },
    verdicts: usualVerdicts,
  },
  ciActions: ["cloudsmith-io/cloudsmith-cli-action"],
};
