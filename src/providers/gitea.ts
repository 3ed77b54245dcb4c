import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const gitea: Provider = {
  id: "gitea",
  title: "Gitea",
  kind: "source-control",
  website: "https://about.gitea.com",
  docs: "https://docs.gitea.com/development/api-usage",
  credentials: [
    {
      id: "gitea-access-token",
      title: "Gitea access token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(5871),
      ...named(
        ["gitea_token", "gitea_access_token", "gitea_api_key", "gitea_key", "gitea_secret"],
        "{hex 40}",
      ),
    },
  ],
  variables: { GITEA_TOKEN: "value", GITEA_ACCESS_TOKEN: "value", FORGEJO_TOKEN: "value" },
  hosts: ["gitea.com"],
  packages: { python: ["py-gitea"], npm: ["gitea-js"] },
  rotate: { by: "person", page: "https://docs.gitea.com/development/api-usage" },
};
