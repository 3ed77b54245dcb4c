import { layout } from "./layout.ts";
import { credsweeper } from "./sources.ts";
import type { Provider } from "./types.ts";

export const riotgames: Provider = {
  id: "riotgames",
  title: "Riot Games",
  kind: "generic",
  website: "https://developer.riotgames.com",
  docs: "https://developer.riotgames.com/docs/portal",
  credentials: [
    {
      id: "riotgames-api-key",
      title: "Riot Games API key",
      severity: "low",
      actsFor: "person",
      cite: credsweeper(1969),
      ...layout("RGAPI-{uuid}"),
    },
  ],
  variables: { RIOT_API_KEY: "value", RGAPI_KEY: "value" },
  hosts: ["*.api.riotgames.com"],
  packages: { python: ["riotwatcher"] },
  rotate: { by: "person", page: "https://developer.riotgames.com" },
};
