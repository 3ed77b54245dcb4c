import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const lichess: Provider = {
  id: "lichess",
  title: "Lichess",
  kind: "generic",
  website: "https://lichess.org",
  docs: "https://lichess.org/api#section/Authentication",
  credentials: [
    {
      id: "lichess-token",
      title: "Lichess personal access token",
      severity: "low",
      actsFor: "person",
      cite: betterleaks(7808),
      ...layout("lip_{alnum 16-60}"),
    },
  ],
  variables: { LICHESS_API_TOKEN: "value", LICHESS_TOKEN: "value" },
  hosts: ["lichess.org"],
  packages: { python: ["berserk"] },
  rotate: { by: "person", page: "https://lichess.org/account/oauth/token" },
  verify: { method: "GET", url: "https://lichess.org/api/account", headers: bearer, verdicts: usualVerdicts },
};
