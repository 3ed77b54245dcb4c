import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const octopus: Provider = {
  id: "octopus",
  title: "Octopus Deploy",
  kind: "source-control",
  website: "https://octopus.com",
  docs: "https://octopus.com/docs/octopus-rest-api/how-to-create-an-api-key",
  credentials: [
    {
      id: "octopus-api-key",
      title: "Octopus Deploy API key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(8847),
      ...layout("API-{caps 26}"),
    },
  ],
  variables: { OCTOPUS_API_KEY: "value", OCTOPUS_CLI_API_KEY: "value" },
  hosts: ["*.octopus.app"],
  packages: {},
  rotate: { by: "person", page: "https://octopus.com/docs/octopus-rest-api/how-to-create-an-api-key" },
  ciActions: ["OctopusDeploy/create-release-action", "OctopusDeploy/login"],
};
