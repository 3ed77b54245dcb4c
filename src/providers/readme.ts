import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const readme: Provider = {
  id: "readme",
  title: "ReadMe",
  kind: "generic",
  website: "https://readme.com",
  docs: "https://docs.readme.com/main/reference/intro-authentication",
  aliases: ["readme.com"],
  credentials: [
    {
      id: "readme-api-key",
      title: "ReadMe API key",
      severity: "medium",
      actsFor: "machine",
      cite: betterleaks(10032),
      ...layout("rdme_{lower 70}"),
    },
  ],
  variables: { README_API_KEY: "value", RDME_API_KEY: "value" },
  hosts: ["dash.readme.com", "api.readme.com"],
  packages: { npm: ["rdme"] },
  rotate: { by: "person", page: "https://dash.readme.com" },
  ciActions: ["readmeio/rdme"],
};
