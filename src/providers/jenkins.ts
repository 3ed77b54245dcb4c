import { named } from "./layout.ts";
import { kingfisher } from "./sources.ts";
import type { Provider } from "./types.ts";

export const jenkins: Provider = {
  id: "jenkins",
  title: "Jenkins",
  kind: "source-control",
  website: "https://www.jenkins.io",
  docs: "https://www.jenkins.io/doc/book/system-administration/authenticating-scripted-clients/",
  credentials: [
    {
      id: "jenkins-api-token",
      title: "Jenkins API token",
      severity: "critical",
      actsFor: "person",
      cite: kingfisher(
        "701508d529c638e6e9374d47f08e7e53004ddcf6/crates/kingfisher-rules/data/rules/jenkins.yml",
      ),
      ...named(
        ["jenkins_api_token", "jenkins_token", "jenkins_passwd", "jenkins_password", "jenkins_secret"],
        ["11{hex 32}", "{hex 32}"],
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "user", secret: false },
  ],
  variables: { JENKINS_API_TOKEN: "value", JENKINS_TOKEN: "value", JENKINS_USER: "user" },
  hosts: [],
  packages: { python: ["python-jenkins", "jenkinsapi"], npm: ["jenkins"] },
  rotate: {
    by: "person",
    page: "https://www.jenkins.io/doc/book/system-administration/authenticating-scripted-clients/",
  },
};
