import { usualVerdicts } from "./format.ts";
import { layout, named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const heroku: Provider = {
  id: "heroku",
  title: "Heroku",
  kind: "cloud",
  website: "https://www.heroku.com",
  docs: "https://devcenter.heroku.com/articles/platform-api-quickstart#authentication",
  credentials: [
    {
      id: "heroku-token",
      title: "Heroku token",
      severity: "critical",
      actsFor: "person",
      cite: "https://devcenter.heroku.com/articles/oauth#prefixed-oauth-tokens",
      ...layout("HRKU-{base64url 60}"),
    },
    {
      id: "heroku-api-key",
      title: "Heroku API key of the older form",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(6919),
      ...named(["heroku_api_key", "heroku_api_token", "heroku_token", "heroku_key"], "{uuid}"),
    },
  ],
  variables: { HEROKU_API_KEY: "value", HEROKU_API_TOKEN: "value" },
  hosts: ["api.heroku.com"],
  packages: { python: ["heroku3"], npm: ["heroku-client"] },
  rotate: { by: "person", page: "https://dashboard.heroku.com/account" },
  verify: {
    method: "GET",
    url: "https://api.heroku.com/account",
    headers: { Authorization: "Bearer {value}", Accept: "application/vnd.heroku+json; version=3" },
    verdicts: usualVerdicts,
  },
  ciActions: ["akhileshns/heroku-deploy"],
};
