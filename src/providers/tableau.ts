import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const tableau: Provider = {
  id: "tableau",
  title: "Tableau",
  kind: "generic",
  website: "https://www.tableau.com",
  docs: "https://help.tableau.com/current/server/en-us/security_personal_access_tokens.htm",
  credentials: [
    {
      id: "tableau-personal-token",
      title: "Tableau personal access token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(11331),
      ...layout("{base64 22}==:{alnum 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "token_name", secret: false },
  ],
  variables: {
    TABLEAU_TOKEN_VALUE: "value",
    TABLEAU_PAT_SECRET: "value",
    TABLEAU_TOKEN_NAME: "token_name",
    TABLEAU_PAT_NAME: "token_name",
  },
  hosts: ["*.online.tableau.com"],
  packages: { python: ["tableauserverclient"] },
  rotate: { by: "person", page: "https://online.tableau.com" },
};
