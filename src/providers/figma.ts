import { usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const figma: Provider = {
  id: "figma",
  title: "Figma",
  kind: "generic",
  website: "https://www.figma.com",
  docs: "https://www.figma.com/developers/api#access-tokens",
  credentials: [
    {
      id: "figma-personal-token",
      title: "Figma personal access token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(3484),
      ...layout("figd_{base64url 38-44}"),
    },
  ],
  variables: {
    FIGMA_TOKEN: "value",
    FIGMA_API_KEY: "value",
    FIGMA_ACCESS_TOKEN: "value",
    FIGMA_API_TOKEN: "value",
  },
  hosts: ["api.figma.com"],
  packages: { npm: ["figma-api"] },
  rotate: { by: "person", page: "https://www.figma.com/settings" },
  verify: {
    method: "GET",
    url: "https://api.figma.com/v1/me",
    headers: { "X-Figma-Token": "{value}" },
    verdicts: usualVerdicts,
  },
};
