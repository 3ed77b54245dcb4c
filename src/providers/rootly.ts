import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const rootly: Provider = {
  id: "rootly",
  title: "Rootly",
  kind: "observability",
  website: "https://rootly.com",
  docs: "https://docs.rootly.com/api-reference/overview",
  credentials: [
    {
      id: "rootly-api-key",
      title: "Rootly API key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(10190),
      ...layout("rootly_{hex 64}"),
    },
  ],
  variables: { ROOTLY_API_KEY: "value", ROOTLY_API_TOKEN: "value" },
  hosts: ["api.rootly.com"],
  packages: {},
  rotate: { by: "person", page: "https://rootly.com/account/profile" },
  verify: {
    method: "GET",
    url: "https://api.rootly.com/v1/users/me",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
