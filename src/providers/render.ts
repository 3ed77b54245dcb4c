import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const render: Provider = {
  id: "render",
  title: "Render",
  kind: "cloud",
  website: "https://render.com",
  docs: "https://render.com/docs/api",
  credentials: [
    {
      id: "render-api-key",
      title: "Render API key",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(10069),
      ...layout("rnd_{alnum 28}"),
    },
  ],
  variables: { RENDER_API_KEY: "value" },
  hosts: ["api.render.com"],
  packages: {},
  rotate: { by: "person", page: "https://dashboard.render.com/u/settings" },
  verify: {
    method: "GET",
    url: "https://api.render.com/v1/services?limit=1",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
