import { layout, named } from "./layout.ts";
import { betterleaks, gitleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const jfrog: Provider = {
  id: "jfrog",
  title: "JFrog Artifactory",
  kind: "package-registry",
  website: "https://jfrog.com",
  docs: "https://jfrog.com/help/r/jfrog-platform-administration-documentation/access-tokens",
  credentials: [
    {
      id: "jfrog-api-key",
      title: "JFrog Artifactory API key",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(700),
      ...layout("AKCp{alnum 68-70}"),
    },
    {
      id: "jfrog-reference-token",
      title: "JFrog reference token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(740),
      ...layout("cmVmd{alnum 59}"),
    },
    {
      id: "jfrog-identity-token",
      title: "JFrog identity token",
      severity: "high",
      actsFor: "person",
      cite: gitleaks(2413),
      ...named(
        [
          "jfrog_identity_token",
          "jfrog_access_token",
          "artifactory_identity_token",
          "artifactory_access_token",
          "jfrog_token",
          "artifactory_token",
        ],
        "{alnum 64}",
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "user", secret: false },
  ],
  variables: {
    JFROG_ACCESS_TOKEN: "value",
    JF_ACCESS_TOKEN: "value",
    ARTIFACTORY_API_KEY: "value",
    ARTIFACTORY_TOKEN: "value",
    JFROG_API_KEY: "value",
    JFROG_CLI_ACCESS_TOKEN: "value",
    ARTIFACTORY_USER: "user",
  },
  hosts: ["*.jfrog.io"],
  packages: { python: ["artifactory", "dohq-artifactory"] },
  rotate: {
    by: "person",
    page: "https://jfrog.com/help/r/jfrog-platform-administration-documentation/access-tokens",
  },
  ciActions: ["jfrog/setup-jfrog-cli"],
};
