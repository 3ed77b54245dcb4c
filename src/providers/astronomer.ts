import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const astronomer: Provider = {
  id: "astronomer",
  title: "Astronomer",
  kind: "training-data",
  website: "https://www.astronomer.io",
  docs: "https://www.astronomer.io/docs/astro/deployment-api-tokens",
  aliases: ["astro"],
  credentials: [
    {
      id: "astronomer-token",
      title: "Astro API token",
      severity: "critical",
      cite: "https://www.astronomer.io/docs/astro/deployment-api-tokens",
      actsFor: "machine",
      ...opaque(["astro_api_token", "astronomer_api_token"]),
    },
  ],
  variables: { ASTRO_API_TOKEN: "value" },
  hosts: ["api.astronomer.io"],
  packages: { python: ["astronomer-cosmos"] },
  rotate: { by: "person", page: "https://cloud.astronomer.io" },
  ciActions: ["astronomer/deploy-action"],
};
