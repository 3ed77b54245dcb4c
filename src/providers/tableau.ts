import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const tableau: Provider = {
  id: "tableau",
  title: "Tableau",
  kind: "training-data",
  website: "https://www.tableau.com",
  docs: "https://help.tableau.com/current/server/en-us/security_personal_access_tokens.htm",
  credentials: [
    {
      id: "tableau-pat",
      title: "Tableau personal access token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.tableau",
      actsFor: "person",
      ...sequence([{ alphabet: "base64", min: 22 }, "==:", { alphabet: "alnum", min: 32 }], {
        literal: "==:",
      }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "token_name", secret: false },
  ],
  variables: {
    TABLEAU_PAT_VALUE: "value",
    TABLEAU_TOKEN_VALUE: "value",
    TABLEAU_PAT_SECRET: "value",
    TABLEAU_PAT_NAME: "token_name",
    TABLEAU_TOKEN_NAME: "token_name",
  },
  hosts: ["*.online.tableau.com"],
  packages: { python: ["tableauserverclient", "tableau_api_lib"] },
  rotate: {
    by: "person",
    page: "https://help.tableau.com/current/server/en-us/security_personal_access_tokens.htm",
  },
};
