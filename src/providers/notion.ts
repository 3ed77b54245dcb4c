import { usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const notion: Provider = {
  id: "notion",
  title: "Notion",
  kind: "generic",
  website: "https://www.notion.com",
  docs: "https://developers.notion.com/docs/authorization",
  credentials: [
    {
      id: "notion-token",
      title: "Notion integration token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(8718),
      ...layout("ntn_{digits 11}{alnum 35}"),
    },
  ],
  variables: {
    NOTION_TOKEN: "value",
    NOTION_API_KEY: "value",
    NOTION_SECRET: "value",
    NOTION_KEY: "value",
    NOTION_API_TOKEN: "value",
  },
  hosts: ["api.notion.com"],
  packages: { python: ["notion-client"], npm: ["@notionhq/client"] },
  rotate: { by: "person", page: "https://www.notion.so/profile/integrations" },
  verify: {
    method: "GET",
    url: "https://api.notion.com/v1/users/me",
    headers: { Authorization: "Bearer {value}", "Notion-Version": "2022-06-28" },
    verdicts: usualVerdicts,
  },
};
