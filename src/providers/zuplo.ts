import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const zuplo: Provider = {
  id: "zuplo",
  title: "Zuplo",
  kind: "generic",
  website: "https://zuplo.com",
  docs: "https://zuplo.com/docs/articles/api-key-best-practices",
  credentials: [
    {
      id: "zuplo-api-key",
      title: "Zuplo API key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(12936),
      ...layout("zpka_{lower 32}_{hex 8}"),
    },
  ],
  variables: { ZUPLO_API_KEY: "value" },
  hosts: ["dev.zuplo.com"],
  packages: { npm: ["zuplo"] },
  rotate: { by: "person", page: "https://portal.zuplo.com" },
  verify: {
    method: "GET",
    url: "https://dev.zuplo.com/v1/who-am-i",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
