import { bearer, usualVerdicts } from "./format.ts";
import { layout, named } from "./layout.ts";
import { kingfisher } from "./sources.ts";
import type { Provider } from "./types.ts";

export const sonar: Provider = {
  id: "sonar",
  title: "SonarQube",
  kind: "generic",
  website: "https://www.sonarsource.com",
  docs: "https://docs.sonarsource.com/sonarqube-server/latest/user-guide/managing-tokens/",
  aliases: ["sonarqube", "sonarcloud"],
  credentials: [
    {
      id: "sonar-user-token",
      title: "SonarQube user token",
      severity: "high",
      actsFor: "person",
      cite: kingfisher(
        "701508d529c638e6e9374d47f08e7e53004ddcf6/crates/kingfisher-rules/data/rules/sonarqube.yml",
      ),
      ...layout("squ_{hex 40}"),
    },
    {
      id: "sonar-project-token",
      title: "SonarQube project analysis token",
      severity: "medium",
      actsFor: "machine",
      cite: kingfisher(
        "701508d529c638e6e9374d47f08e7e53004ddcf6/crates/kingfisher-rules/data/rules/sonarqube.yml",
      ),
      ...layout("sqp_{hex 40}"),
    },
    {
      id: "sonar-global-token",
      title: "SonarQube global analysis token",
      severity: "high",
      actsFor: "machine",
      cite: kingfisher(
        "701508d529c638e6e9374d47f08e7e53004ddcf6/crates/kingfisher-rules/data/rules/sonarqube.yml",
      ),
      ...layout("sqa_{hex 40}"),
    },
    {
      id: "sonar-legacy-token",
      title: "SonarQube token of the older form",
      severity: "medium",
      actsFor: "machine",
      cite: kingfisher(
        "701508d529c638e6e9374d47f08e7e53004ddcf6/crates/kingfisher-rules/data/rules/sonarqube.yml",
      ),
      ...named(["sonar_login", "sonar_token", "sonarcloud_token", "sonarqube_token"], "{hex 40}"),
    },
  ],
  variables: {
    SONAR_TOKEN: "value",
    SONARQUBE_TOKEN: "value",
    SONARCLOUD_TOKEN: "value",
    SONAR_LOGIN: "value",
  },
  hosts: ["sonarcloud.io"],
  packages: { npm: ["sonarqube-scanner"] },
  rotate: { by: "person", page: "https://sonarcloud.io/account/security" },
  verify: {
    method: "GET",
    url: "https://sonarcloud.io/api/authentication/validate",
    headers: bearer,
    verdicts: usualVerdicts,
  },
  ciActions: ["SonarSource/sonarcloud-github-action", "SonarSource/sonarqube-scan-action"],
};
