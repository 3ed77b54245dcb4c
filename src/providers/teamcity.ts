import { layout } from "./layout.ts";
import type { Provider } from "./types.ts";

export const teamcity: Provider = {
  id: "teamcity",
  title: "TeamCity",
  kind: "source-control",
  website: "https://www.jetbrains.com/teamcity/",
  docs: "https://www.jetbrains.com/help/teamcity/configuring-your-user-profile.html#Managing+Access+Tokens",
  credentials: [
    {
      id: "teamcity-token",
      title: "TeamCity access token",
      severity: "critical",
      actsFor: "person",
      cite: "https://github.com/rapid7/metasploit-framework/blob/master/documentation/modules/exploit/multi/http/jetbrains_teamcity_rce_cve_2023_42793.md",
      ...layout("eyJ0eXAiOiAiVENWMiJ9.{base64url 36}.{base64url 48}"),
    },
  ],
  variables: { TEAMCITY_TOKEN: "value", TEAMCITY_ACCESS_TOKEN: "value" },
  hosts: ["*.teamcity.com"],
  packages: { python: ["pyteamcity"] },
  rotate: {
    by: "person",
    page: "https://www.jetbrains.com/help/teamcity/configuring-your-user-profile.html",
  },
};
