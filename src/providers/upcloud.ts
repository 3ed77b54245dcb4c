import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const upcloud: Provider = {
  id: "upcloud",
  title: "UpCloud",
  kind: "cloud",
  website: "https://upcloud.com",
  docs: "https://upcloud.com/docs/guides/managing-api-tokens/",
  credentials: [
    {
      id: "upcloud-api-token",
      title: "UpCloud API token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(11956),
      ...layout("ucat_{alnum 24-32}"),
    },
  ],
  variables: { UPCLOUD_TOKEN: "value" },
  hosts: ["api.upcloud.com"],
  packages: { python: ["upcloud-api"] },
  rotate: { by: "person", page: "https://hub.upcloud.com/account/api-tokens" },
  verify: {
    method: "GET",
    url: "https://api.upcloud.com/1.3/account",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
