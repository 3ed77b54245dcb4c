import { layout, named } from "./layout.ts";
import { credsweeper, gitleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const atlassian: Provider = {
  id: "atlassian",
  title: "Atlassian",
  kind: "generic",
  website: "https://www.atlassian.com",
  docs: "https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/",
  aliases: ["jira", "confluence"],
  credentials: [
    {
      id: "atlassian-api-token",
      title: "Atlassian API token",
      severity: "critical",
      actsFor: "person",
      cite: credsweeper(1143),
      ...layout("ATATT3xFfGF0{base64url 80-800}={anyhex 8}", { check: "crc32-hex" }),
    },
    {
      id: "atlassian-legacy-token",
      title: "Atlassian API token of the older form",
      severity: "critical",
      actsFor: "person",
      cite: gitleaks(182),
      ...named(
        [
          "atlassian_api_token",
          "atlassian_token",
          "jira_api_token",
          "jira_token",
          "confluence_api_token",
          "confluence_token",
        ],
        "{alnum 20}{hex 4}",
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "email", secret: false },
  ],
  variables: {
    ATLASSIAN_API_TOKEN: "value",
    ATLASSIAN_TOKEN: "value",
    JIRA_API_TOKEN: "value",
    JIRA_TOKEN: "value",
    CONFLUENCE_API_TOKEN: "value",
    CONFLUENCE_TOKEN: "value",
    JIRA_EMAIL: "email",
    JIRA_USERNAME: "email",
  },
  hosts: ["api.atlassian.com", "*.atlassian.net"],
  packages: { python: ["jira", "atlassian-python-api"], npm: ["jira.js", "jira-client"] },
  rotate: { by: "person", page: "https://id.atlassian.com/manage-profile/security/api-tokens" },
  ciActions: ["atlassian/gajira-login"],
};
