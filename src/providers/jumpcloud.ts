import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const jumpcloud: Provider = {
  id: "jumpcloud",
  title: "JumpCloud",
  kind: "generic",
  website: "https://jumpcloud.com",
  docs: "https://docs.jumpcloud.com/api/2.0/index.html",
  credentials: [
    {
      id: "jumpcloud-api-key",
      title: "JumpCloud API key",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(7419),
      ...named(["jumpcloud_api_key", "jumpcloud_key"], "{alnum 40}"),
    },
  ],
  variables: { JUMPCLOUD_API_KEY: "value" },
  hosts: ["console.jumpcloud.com"],
  packages: { python: ["jcapiv1", "jcapiv2"] },
  rotate: { by: "person", page: "https://console.jumpcloud.com" },
  verify: {
    method: "GET",
    url: "https://console.jumpcloud.com/api/systemusers?limit=1",
    headers: { "x-api-key": "{value}" },
    verdicts: usualVerdicts,
  },
};
